package io.espalier.prep;

import io.espalier.config.RunPaths;
import io.espalier.table.LatestRows;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a document was read.
 *
 * @param file URI of its file
 * @param record line or record in the file, from 1
 */
public record RecordPlace(String file, long record) {

  /**
   * The places of documents, as far as they are known: a run that an earlier version prepared has
   * noted none. A document that shares its id with others says in its id where it comes from; the
   * first of them kept it.
   *
   * @param ids of documents
   * @param hadoopSettings of the run's file system
   */
  public static Map<String, RecordPlace> of(
      RunPaths paths, Collection<String> ids, Map<String, String> hadoopSettings) {
    Map<String, RecordPlace> places = new HashMap<>();
    Map<String, String> firsts = new HashMap<>();
    LatestRows.forEach(
        paths.table(RecordStore.NAME),
        List.of("id", "file", "path", "record", "reason"),
        hadoopSettings,
        row -> {
          RecordPlace place =
              new RecordPlace(LatestRows.text(row, "file"), LatestRows.number(row, "record"));
          String id = LatestRows.text(row, "id");
          String renamed = id + "@" + place.file() + "#" + place.record();
          if (ids.contains(renamed)) {
            places.put(renamed, place);
          }
          if (ids.contains(id) && LatestRows.text(row, "reason").isEmpty()) {
            String order = "%s#%020d".formatted(LatestRows.text(row, "path"), place.record());
            if (order.compareTo(firsts.getOrDefault(id, "\uFFFF")) < 0) {
              firsts.put(id, order);
              places.put(id, place);
            }
          }
        });
    return places;
  }
}
