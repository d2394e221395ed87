package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.documents;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records as the published corpora nest them. */
class NestedFieldsTest {
  @TempDir Path folder;

  @Test
  void thePile() {
    assertThat(
            read(
                "{\"text\": \"Pile.\", \"meta\": {\"pile_set_name\": \"ArXiv\"}}",
                new FieldMapping("id", "text", ""),
                "meta.pile_set_name"))
        .isEqualTo(new ReadDocument(1, "", "", "Pile.", "ArXiv"));
  }

  @Test
  void dolma() {
    assertThat(
            read(
                "{\"id\": \"d1\", \"text\": \"Dolma.\", \"source\": \"cc\", \"metadata\":"
                    + " {\"n\": 2}, \"attributes\": {\"gopher__x\": [[0, 6, 1.0]]}}",
                new FieldMapping("id", "text", "source"),
                "metadata.n"))
        .isEqualTo(new ReadDocument(1, "d1", "cc", "Dolma.", "2"));
  }

  @Test
  void oscar() {
    assertThat(
            read(
                "{\"content\": \"OSCAR.\", \"warc_headers\": {\"warc-record-id\": \"<u:1>\","
                    + " \"warc-target-uri\": \"https://x.org/\"}, \"metadata\":"
                    + " {\"identification\": {\"label\": \"de\"}, \"annotation\": null}}",
                new FieldMapping(
                    "warc_headers.warc-record-id", "content", "warc_headers.warc-target-uri"),
                "metadata.identification.label"))
        .isEqualTo(new ReadDocument(1, "<u:1>", "https://x.org/", "OSCAR.", "de"));
  }

  @Test
  void theTextsOfAListOfObjectsAreParagraphs() {
    String record =
        "{\"id\": 7, \"content\": [{\"text\": \"One.\"}, {\"image\": 1}, {\"text\": \"Two.\"}]}";

    assertThat(read(record, new FieldMapping("id", "content.text", ""), ""))
        .isEqualTo(new ReadDocument(1, "7", "", "One.\n\nTwo.", ""));
    assertThat(read(record, new FieldMapping("", "content.2.text", ""), "content.0.text"))
        .isEqualTo(new ReadDocument(1, "", "", "Two.", "One."));
  }

  @Test
  void aListOfOtherThingsIsNoText() {
    var fields = new FieldMapping("", "content.text", "");
    InputFile file =
        write(
            folder.resolve("lists.jsonl"),
            utf8("{\"content\": [{\"text\": 1}]}\n{\"content\": []}\n{\"content\": [\"text\"]}\n"));

    assertThat(SampleFiles.read(file, new RecordOptions(fields, "", 1 << 16)))
        .extracting(SampleFiles::shortly)
        .containsExactly("1 text_not_string", "2 missing_field", "3 missing_field");
  }

  private ReadDocument read(String record, FieldMapping fields, String label) {
    InputFile file = write(folder.resolve("nested.jsonl"), utf8(record));
    List<ReadResult> results = SampleFiles.read(file, new RecordOptions(fields, label, 1 << 16));
    return documents(results).get(0);
  }
}
