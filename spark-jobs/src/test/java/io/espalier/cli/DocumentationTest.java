package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.cli.DocumentationPages.Page;
import io.espalier.config.ConfigFile;
import io.espalier.job.Experiment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What the pages tell people to type works, and where they lead there is something. */
class DocumentationTest {
  /** Parameters that are files or folders. */
  private static final Set<String> FILES = Set.of("FILE", "PATH", "DIR", "FOLDER", "RUN", "PREFIX");

  @TempDir private Path folder;

  static Stream<Page> pages() {
    return DocumentationPages.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandInABlockIsOneThatTheProgramTakes(Page page) {
    for (String block : page.blocks("")) {
      for (String line : block.replaceAll("\\\\\\n\\s*", " ").lines().toList()) {
        DocumentationPages.arguments(line)
            .ifPresent(arguments -> assertThat(mistakes(page, arguments)).as(line).isEmpty());
      }
    }
  }

  /** Those in the middle of a sentence may leave out what they are about. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandInASentenceExistsWithItsOptions(Page page) {
    for (String code : page.inline()) {
      DocumentationPages.arguments(code)
          .filter(arguments -> !arguments.contains("…"))
          .ifPresent(arguments -> assertThat(unknown(arguments)).as(code).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Page page) {
    for (String link : page.links()) {
      Path target = page.target(link);
      assertThat(target).as(link).exists();
      if (link.contains("#")) {
        String name = DocumentationPages.HOME.relativize(target).toString();
        assertThat(DocumentationPages.page(name).anchors())
            .as("headings of " + name)
            .contains(link.replaceFirst(".*#", ""));
      }
    }
  }

  /** A block is a part of an experiment if its first key is a section of one. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyPartOfAnExperimentIsRead(Page page) throws IOException {
    ObjectNode reference = ConfigFile.parse("reference.yaml", Experiment.reference());
    for (String block : page.blocks("yaml")) {
      if (!block.matches("(?s)\\w+:.*")) {
        continue; // A member of a list, say.
      }
      ObjectNode part = ConfigFile.parse("block", block.replaceAll("env:\\w+}", "env:PATH}"));
      if (part.properties().stream().allMatch(key -> reference.has(key.getKey()))) {
        assertThat(Experiment.load(complete(part).toString(), List.of(), Optional.empty()).name())
            .as(block)
            .isNotEmpty();
      }
    }
  }

  @Test
  void whatIsWrongIsFound() {
    Page page = new Page("README.md", "<!-- examples: mine.yaml -->\n");
    assertThat(mistakes(page, List.of("run", "mine.yaml"))).isEmpty();
    assertThat(mistakes(page, List.of("run", "yours.yaml"))).contains("yours.yaml");
    assertThat(mistakes(page, List.of("run", "mine.yaml", "--fast"))).contains("--fast");
    assertThat(mistakes(page, List.of("run"))).contains("FILE");
    assertThat(unknown(List.of("paln"))).contains("paln");
    assertThat(unknown(List.of("update"))).isEmpty();
  }

  /** An experiment must have a name and text; what the block says of them goes before. */
  private Path complete(ObjectNode part) throws IOException {
    ObjectNode whole =
        ConfigFile.parse(
            "whole", "{name: part, data: {training: [{path: text}]}, tokenizer: {path: t.json}}");
    part.properties().forEach(key -> merge(whole, key.getKey(), key.getValue()));
    if (!whole.path("data").has("megatron") && !part.path("tokenizer").has("path")) {
      ((ObjectNode) whole.path("tokenizer")).remove("path");
    }
    return Files.writeString(folder.resolve("part.yaml"), ConfigFile.toYaml(whole));
  }

  private static void merge(ObjectNode whole, String key, JsonNode value) {
    if (whole.get(key) instanceof ObjectNode there && value instanceof ObjectNode section) {
      there.setAll(section);
    } else {
      whole.set(key, value);
    }
  }

  /** In words, or "". */
  private static String mistakes(Page page, List<String> arguments) {
    try {
      List<String> absent = new ArrayList<>();
      files(program().parseArgs(arguments.toArray(String[]::new)))
          .filter(file -> !isThere(page, file))
          .forEach(absent::add);
      return absent.isEmpty() ? "" : "not there, and no example: " + absent;
    } catch (ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String unknown(List<String> arguments) {
    try {
      program().parseArgs(arguments.toArray(String[]::new));
      return "";
    } catch (MissingParameterException e) {
      return "";
    } catch (ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Stream<String> files(ParseResult parsed) {
    Stream<String> own =
        Stream.concat(
                parsed.matchedOptions().stream().map(ArgSpec.class::cast),
                parsed.matchedPositionals().stream().map(ArgSpec.class::cast))
            .filter(arg -> FILES.contains(arg.paramLabel()))
            .flatMap(arg -> arg.originalStringValues().stream());
    return parsed.hasSubcommand() ? Stream.concat(own, files(parsed.subcommand())) : own;
  }

  /** Runs are what commands make; names in capitals are the reader's to fill in. */
  private static boolean isThere(Page page, String file) {
    return file.startsWith("runs")
        || file.matches("[A-Z]+")
        || page.examples().stream().anyMatch(file::startsWith)
        || Files.exists(DocumentationPages.HOME.resolve(file));
  }

  private static CommandLine program() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return Espalier.commandLine(nowhere, nowhere);
  }
}
