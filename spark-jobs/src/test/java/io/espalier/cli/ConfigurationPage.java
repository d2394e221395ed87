package io.espalier.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/configuration.md}: the commented reference of every key as tables, one a section. It
 * reads the reference's lines, because what they say stands in comments.
 */
final class ConfigurationPage {
  private static final Pattern LINE =
      Pattern.compile("(?<indent> *)(?<item>- )?(?<content>[^#]*?)(?: *# ?(?<comment>.*))?");
  private static final Pattern ENTRY = Pattern.compile("(?<key>[\\w]+):(?: +(?<value>.+))?");

  private static final String HEAD =
      """
      # Configuration

      Every key of an experiment, with its default and meaning. Generated from \
      [reference.yaml](../spark-jobs/src/main/resources/io/espalier/job/reference.yaml), the only place of defaults; \
      see [CONTRIBUTING.md](../CONTRIBUTING.md#build) for how.

      An experiment's own file states only what differs. `--set key=value` on the command line overrides both, for \
      instance `--set training.steps=200`. Mappings merge key by key, lists replace. `""` and `[]` mean: not given. \
      A key that isn't listed here is refused.
      """;

  /** A key on the way to the line that is read, with the number of its list's last item. */
  private static final class Level {
    final int indent;
    final String path;
    int item = -1;

    Level(int indent, String path) {
      this.indent = indent;
      this.path = path;
    }
  }

  private static final class Row {
    final String key;
    final List<String> values = new ArrayList<>();
    final StringBuilder meaning = new StringBuilder();

    Row(String key) {
      this.key = key;
    }

    String toText() {
      String value = String.join(", ", values);
      return "| `%s` | %s | %s |%n"
          .formatted(
              key,
              value.isEmpty() ? "" : "`" + value.replace("|", "\\|") + "`",
              cell(meaning.toString().strip()));
    }
  }

  private final StringBuilder page = new StringBuilder(HEAD);
  private final Deque<Level> levels = new ArrayDeque<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  private ConfigurationPage() {}

  /** The page of this reference. */
  static String of(String reference) {
    ConfigurationPage page = new ConfigurationPage();
    page.page.append("\n## The experiment\n\n");
    boolean heading = true;
    for (String line : reference.lines().toList()) {
      heading &= line.startsWith("#"); // The file's own introduction is this page's.
      if (!heading && !line.isBlank()) {
        page.read(line);
      }
    }
    page.endSection();
    return page.page.toString();
  }

  private void read(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a line of the reference: " + line);
    }
    String comment = parts.group("comment") == null ? "" : parts.group("comment").strip();
    String content = parts.group("content").strip();
    if (content.isEmpty()) {
      remark(line, comment);
      return;
    }
    int indent = parts.group("indent").length();
    boolean item = parts.group("item") != null;
    Matcher entry = ENTRY.matcher(content);
    leaveTo(indent);
    if (item && !entry.matches()) {
      lastRow().values.add(content);
      return;
    }
    entry.reset();
    if (!entry.matches()) {
      throw new IllegalArgumentException("neither a key nor an item: " + line);
    }
    open(indent, item, entry.group("key"), entry.group("value"), comment);
  }

  private void open(int indent, boolean item, String key, String value, String comment) {
    if (indent == 0 && value == null) {
      endSection();
      page.append("\n## ").append(key).append("\n\n");
    }
    String path = path(item) + key;
    Row row = new Row(path);
    row.meaning.append(comment);
    if (value != null) {
      row.values.add(value);
    }
    rows.add(row);
    if (value == null) {
      levels.push(new Level(indent, path));
    }
  }

  private String path(boolean item) {
    if (levels.isEmpty()) {
      return "";
    }
    Level parent = levels.element();
    if (item) {
      parent.item++;
    }
    return parent.item < 0 ? parent.path + "." : parent.path + "[" + parent.item + "].";
  }

  /** Forgets the keys that the line isn't below. */
  private void leaveTo(int indent) {
    while (!levels.isEmpty() && levels.element().indent >= indent) {
      levels.pop();
    }
  }

  /**
   * A comment of its own goes on with the last key's, or, at the line's beginning, the section's.
   */
  private void remark(String line, String comment) {
    if (line.startsWith("#")) {
      remarks.add(comment);
    } else {
      lastRow().meaning.append(' ').append(comment);
    }
  }

  private Row lastRow() {
    return rows.get(rows.size() - 1);
  }

  private void endSection() {
    rows.removeIf(row -> row.values.isEmpty() && row.meaning.toString().isBlank());
    page.append("| key | default | meaning |\n|---|---|---|\n");
    rows.forEach(row -> page.append(row.toText()));
    remarks.forEach(remark -> page.append("\n").append(remark).append("\n"));
    rows.clear();
    remarks.clear();
    levels.clear();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "\\<");
  }
}
