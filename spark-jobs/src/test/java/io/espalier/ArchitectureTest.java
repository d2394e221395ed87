package io.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Who may import what, over both modules: the house's table of packages as rules. */
@AnalyzeClasses(packages = "io.espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Each package with the ones of the house that it may import. */
  private static final Map<String, List<String>> IMPORTS =
      Map.ofEntries(
          Map.entry("config", List.of()),
          Map.entry("text", List.of("config")),
          Map.entry("megatron", List.of("config")),
          Map.entry("table", List.of("config")),
          Map.entry("cluster", List.of("config")),
          Map.entry("domain", List.of("config", "text", "table")),
          Map.entry("prep", List.of("config", "text", "cluster", "megatron", "table", "domain")),
          Map.entry("torch", List.of("config")),
          Map.entry("comm", List.of("config")),
          Map.entry("checkpoint", List.of("config")),
          Map.entry("model", List.of("config", "torch", "comm")),
          Map.entry(
              "train",
              List.of("config", "megatron", "torch", "comm", "model", "checkpoint", "table")),
          Map.entry("forest", List.of("config", "checkpoint")),
          Map.entry("upkeep", List.of("config", "checkpoint", "table", "forest", "train")),
          Map.entry("merge", List.of("config", "checkpoint", "forest")),
          Map.entry("evaluate", List.of("config", "forest")),
          Map.entry("study", List.of("config", "train", "evaluate")),
          Map.entry("report", List.of("config", "forest", "evaluate", "study")));

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("io.espalier.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule sparkIsAGuestOfAFewPackages =
      noClasses()
          .that()
          .resideOutsideOfPackages(of("table", "domain", "prep", "job", "bench", "cli"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..", "io.delta.tables..", "org.apache.spark.sql.delta..");

  @ArchTest
  static final ArchRule hadoopStaysOutOfTheMaths =
      noClasses()
          .that()
          .resideInAnyPackage(
              of("config", "text", "torch", "model", "forest", "evaluate", "report"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..");

  @ArchTest
  static final ArchRule djlStaysInTheRuntimeAndTheTokenizer =
      noClasses()
          .that()
          .resideOutsideOfPackages(of("torch", "text"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule nothingImportsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.espalier.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.espalier.cli..");

  @ArchTest
  static final ArchRule everyPackageIsNamedForAnIdea =
      classes()
          .should()
          .resideOutsideOfPackages(
              "..util..", "..utils..", "..common..", "..helper..", "..manager..");

  @ArchTest
  static void packagesImportOnlyWhatTheyMay(JavaClasses all) {
    IMPORTS.forEach(
        (name, allowed) ->
            noClasses()
                .that()
                .resideInAPackage(of(name)[0])
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(of(allOthers(name, allowed)))
                .allowEmptyShould(true)
                .as("no class of " + name + " imports anything of the house but " + allowed)
                .check(all));
  }

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses all) {
    List<String> unmarked =
        all.stream()
            .map(c -> c.getPackage())
            .distinct()
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertThat(unmarked).isEmpty();
  }

  private static String[] allOthers(String name, List<String> allowed) {
    return Stream.concat(IMPORTS.keySet().stream(), Stream.of("job", "bench", "cli"))
        .filter(other -> !other.equals(name) && !allowed.contains(other))
        .toArray(String[]::new);
  }

  private static String[] of(String... names) {
    return Stream.of(names).map(n -> "io.espalier." + n + "..").toArray(String[]::new);
  }
}
