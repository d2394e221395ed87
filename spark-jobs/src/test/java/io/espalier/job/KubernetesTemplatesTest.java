package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pod templates, read by the model of Kubernetes that Spark reads them by, but strictly. */
class KubernetesTemplatesTest {
  private static final Path FOLDER = Path.of("../conf/kubernetes");

  /** The model keeps keys that it doesn't know; here they are mistakes. */
  private static final YAMLMapper STRICT =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .build();

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor"})
  void aTemplateIsAPodWhoseContainerSparkFinds(String role) throws IOException {
    Pod pod = STRICT.readValue(FOLDER.resolve(role + ".yaml").toFile(), Pod.class);
    assertThat(pod.getKind()).isEqualTo("Pod");
    assertThat(pod.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("spark-kubernetes-" + role);
    List<String> volumes = pod.getSpec().getVolumes().stream().map(Volume::getName).toList();
    assertThat(pod.getSpec().getContainers().get(0).getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(volumes);
  }

  @Test
  void aMisspeltKeyWouldBeFound() {
    assertThatThrownBy(() -> STRICT.readValue("spec: {restartPolicie: Never}", Pod.class))
        .hasMessageContaining("restartPolicie");
  }

  @Test
  void theSettingsNameFilesThatAreThere() throws IOException {
    Properties settings = new Properties();
    try (var in = Files.newBufferedReader(FOLDER.resolve("spark.conf"))) {
      settings.load(in);
    }
    assertThat(settings.stringPropertyNames())
        .filteredOn(key -> key.endsWith("podTemplateFile"))
        .hasSize(2)
        .allSatisfy(key -> assertThat(Path.of("..", settings.getProperty(key))).exists());
  }
}
