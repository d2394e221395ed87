package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputListingTest {
  @TempDir Path folder;

  @Test
  void filesOfNestedFoldersComeSortedWithTheirPathsBelowTheSource() {
    files("law/b.jsonl", "law/deep/er/a.jsonl", "code/z.txt", "top.csv");

    assertThat(paths(folder.toString()))
        .containsExactly("code/z.txt", "law/b.jsonl", "law/deep/er/a.jsonl", "top.csv");
    assertThat(paths(folder + "/")).hasSize(4);
    assertThat(paths("file:" + folder + "/law")).containsExactly("b.jsonl", "deep/er/a.jsonl");
    assertThat(paths(folder + "/top.csv")).containsExactly("top.csv");
  }

  @Test
  void hiddenFilesAndFoldersArePassedOverInFoldersAndGlobs() {
    files("law/a.jsonl", "law/.a.jsonl.crc", "law/_SUCCESS", "_tmp/b.jsonl", ".git/c.jsonl");

    assertThat(paths(folder.toString())).containsExactly("law/a.jsonl");
    assertThat(paths(folder + "/*")).containsExactly("law/a.jsonl");
    assertThat(paths(folder + "/*/*")).containsExactly("law/a.jsonl");
  }

  @Test
  void aTextWhoseNameStartsWithAnUnderscoreIsNoMarkerOfAJob() {
    files("law/_a-poem.txt", "law/_b.jsonl.bz2", "law/_committed_1", "_c/d.txt", "law/.e.txt");

    assertThat(paths(folder.toString())).containsExactly("law/_a-poem.txt", "law/_b.jsonl.bz2");
  }

  @Test
  void twoStarsStandForAnyNumberOfFolders() {
    files("in/a.jsonl", "in/law/b.jsonl", "in/law/deep/c.jsonl", "in/law/deep/d.txt");

    assertThat(paths(folder + "/in/**/*.jsonl"))
        .containsExactly("a.jsonl", "law/b.jsonl", "law/deep/c.jsonl");
    assertThat(paths(folder + "/in/**/deep/*"))
        .containsExactly("law/deep/c.jsonl", "law/deep/d.txt");
    assertThat(paths(folder + "/in/**")).hasSize(4);
    assertThatThrownBy(() -> paths(folder + "/in/**/*.csv"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/in/**/*.csv but there is no file in it");
    assertThatThrownBy(() -> paths(folder + "/out/**/*.csv"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is nothing there");
  }

  @Test
  void pathsOfAGlobStartAtItsFirstWildcard() {
    files("in/law/a.jsonl", "in/law/b.txt", "in/code/c.jsonl");

    assertThat(paths(folder + "/in/*/*.jsonl")).containsExactly("code/c.jsonl", "law/a.jsonl");
    assertThat(paths(folder + "/i[n]/{law,code}")).hasSize(3).contains("in/law/b.txt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space.txt",
        "100%.txt",
        "a%20b.txt",
        "a#b?.txt",
        "ü日本.txt",
        "a:b.txt",
        "a+b=c.txt"
      })
  void namesThatAreAwkwardInAddressesAreFoundAndRead(String name) throws IOException {
    Files.writeString(folder.resolve(name), "contents of it");

    List<InputFile> found = InputListing.list(new Configuration(false), folder.toString());

    assertThat(found).extracting(InputFile::path).containsExactly(name);
    assertThat(texts(SampleFiles.read(found.get(0)))).containsExactly("contents of it");
  }

  @Test
  void whereNothingIsThereASentenceSaysSo() {
    files("_hidden/a.jsonl");

    assertThatThrownBy(() -> paths(folder + "/nowhere"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("path is " + folder)
        .hasMessageEndingWith("there is nothing there");
    assertThatThrownBy(() -> paths(folder.toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no file in it");
    assertThatThrownBy(() -> paths("nosuchscheme://bucket/a"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("can't be listed");
  }

  @Test
  void lengthsAndTimesAreThoseOfTheFiles() throws IOException {
    Path file = folder.resolve("law.txt");
    Files.writeString(file, "12345");
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.fromMillis(1_700_000_000_000L));

    InputFile found = InputListing.list(new Configuration(false), folder.toString()).get(0);

    assertThat(found.bytes()).isEqualTo(5);
    assertThat(found.modifiedMillis()).isEqualTo(1_700_000_000_000L);
  }

  private void files(String... names) {
    for (String name : names) {
      SampleFiles.write(folder.resolve(name), new byte[] {'x'});
    }
  }

  private static List<String> paths(String path) {
    return InputListing.list(new Configuration(false), path).stream().map(InputFile::path).toList();
  }
}
