package io.espalier.prep;

import io.espalier.prep.input.DeepGlob;
import io.espalier.text.Rejection;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a training record alone says about its split, as a number: the larger, the rather it is held
 * out. Documents that must share a split take that of the one with the largest.
 *
 * @param names how records call a split → the split
 * @param files split → globs of files
 */
record SplitLabels(SplitType type, Map<String, String> names, Map<String, List<String>> files)
    implements Serializable {
  static final String STAGE = "split";

  /**
   * What was said.
   *
   * @param order milliseconds since 1970, or the place of the split in {@link
   *     SplitSettings#SPLITS}; 0 where nothing is asked
   */
  record Mark(long order, Optional<Rejection> rejection) {
    static final Mark NONE = new Mark(0, Optional.empty());

    private static Mark rejected(String reason, String detail) {
      return new Mark(0, Optional.of(new Rejection(reason, detail)));
    }
  }

  /** What the records of one file say, each by the value of its field. */
  interface OfFile {
    Mark mark(String value);
  }

  static SplitLabels of(SplitSettings settings) {
    return new SplitLabels(
        settings.type(), new TreeMap<>(settings.names()), new TreeMap<>(settings.files()));
  }

  /**
   * How the records of a file are read.
   *
   * @param field where they say it; empty = the file does
   * @param path of the file below its source's path
   */
  OfFile ofFile(Role role, String field, String path) {
    if (role != Role.TRAINING || type == SplitType.HASH) {
      return value -> Mark.NONE;
    }
    if (type == SplitType.TIME) {
      return value -> time(field, value);
    }
    if (!field.isEmpty()) {
      return value -> named(field, value);
    }
    Mark mark = ofPath(path);
    return value -> mark;
  }

  private static Mark time(String field, String value) {
    if (value.isBlank()) {
      return Mark.rejected("no_date", field + " is not there or empty");
    }
    OptionalLong time = DocumentTime.milliseconds(value);
    return time.isPresent()
        ? new Mark(time.getAsLong(), Optional.empty())
        : Mark.rejected(
            "bad_date", "%s is \"%s\", not %s".formatted(field, shown(value), DocumentTime.FORMS));
  }

  private Mark named(String field, String value) {
    int place = SplitSettings.SPLITS.indexOf(names.getOrDefault(value, value));
    return place >= 0
        ? new Mark(place, Optional.empty())
        : Mark.rejected(
            "unknown_split",
            "%s is \"%s\", which neither is a split nor stands in data.split.names"
                .formatted(field, shown(value)));
  }

  /** A file that two splits name is held out as far as either says. */
  private Mark ofPath(String path) {
    for (int place = SplitSettings.SPLITS.size() - 1; place > 0; place--) {
      for (String glob : files.getOrDefault(SplitSettings.SPLITS.get(place), List.of())) {
        if (DeepGlob.of(glob).matches(path)) {
          return new Mark(place, Optional.empty());
        }
      }
    }
    return Mark.NONE;
  }

  private static String shown(String value) {
    return value.length() <= 60 ? value : value.substring(0, 60) + "…";
  }
}
