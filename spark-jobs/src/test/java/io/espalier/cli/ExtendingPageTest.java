package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.Experiment;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on extending tells people to write compiles, and experiments know it then. */
class ExtendingPageTest {
  private static final String PACKAGE = "io/espalier/merge/";
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path folder;

  @Test
  void theMergeMethodOfThePageCompilesAndIsKnownByItsName() throws Exception {
    List<String> blocks = DocumentationPages.page("docs/extending.md").blocks("java");
    Path method = write("MedianMerge.java", blocks.get(0));
    Path catalogue = write("MergeMethod.java", extendedCatalogue(blocks.get(1)));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                CLASS_PATH,
                "-d",
                folder.toString(),
                method.toString(),
                catalogue.toString());
    assertThat(result).isZero();
    String member = DocumentationPages.page("docs/extending.md").blocks("yaml").get(0);
    assertThat(mergeSettings(member.replaceFirst("(?s).*\n- ", ""))).contains("MedianMerge[]");
  }

  /** The catalogue as it is, with the lines that the page adds. */
  private static String extendedCatalogue(String added) throws Exception {
    String first = "permits LinearMerge,";
    assertThat(added).contains(first + "\n        MedianMerge,");
    String source =
        Files.readString(
            DocumentationPages.HOME
                .resolve("spark-jobs/src/main/java")
                .resolve(PACKAGE + "MergeMethod.java"));
    assertThat(source).contains(first);
    return source.replace(first, first + " MedianMerge,");
  }

  /** In a class loader of its own, in which the page's classes come first. */
  private String mergeSettings(String yaml) throws Exception {
    List<URL> path = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> experiment = loader.loadClass(Experiment.class.getName());
      return String.valueOf(experiment.getMethod("mergeSettings", String.class).invoke(null, yaml));
    }
  }

  private Path write(String name, String source) throws Exception {
    Path file = folder.resolve(PACKAGE + name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, source);
  }
}
