package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.storage.Fault;
import io.espalier.storage.FaultProxy;
import io.espalier.storage.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An S3 store that can't be used is refused before a run, in a sentence that names the reason. */
@Timeout(120)
class UnusableStoreTest {
  private static final String RUN = "s3a://%s/run".formatted(S3Server.BUCKET);

  @TempDir private static Path folder;
  private static S3Server server;
  private static FaultProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder);
    proxy = FaultProxy.before(server);
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void aFolderThatIsNotThereYetIsFine() {
    assertThatCode(() -> check(RUN, configuration())).doesNotThrowAnyException();
  }

  @Test
  void aSecretThatIsNotTheKeysIsNamed() {
    Configuration wrong = configuration();
    wrong.set("fs.s3a.secret.key", "guessed");
    assertRefused(
        RUN,
        wrong,
        "the secret key isn't that of the access key; the secret that belongs to the key ('fs.s3a.secret.key' under hadoop) would work");
  }

  @Test
  void aKeyThatTheStoreDoesNotKnowIsNamed() {
    Configuration wrong = configuration();
    wrong.set("fs.s3a.access.key", "nobody");
    assertRefused(
        RUN,
        wrong,
        "the store at http://127.0.0.1:%d doesn't know the access key; its own key and secret under hadoop ('fs.s3a.access.key', 'fs.s3a.secret.key') would work"
            .formatted(proxy.port()));
  }

  @Test
  void missingCredentialsAreNamed() {
    Configuration none = configuration();
    none.unset("fs.s3a.access.key");
    none.unset("fs.s3a.secret.key");
    none.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    assertRefused(
        RUN,
        none,
        "there are no credentials for it; 'fs.s3a.access.key' and 'fs.s3a.secret.key' under hadoop, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, would work");
  }

  @Test
  void anAbsentBucketIsNamed() {
    assertRefused(
        "s3a://weeds/run",
        configuration(),
        "there is no bucket weeds at http://127.0.0.1:%d; a bucket that exists would work; espalier makes none"
            .formatted(proxy.port()));
  }

  @Test
  void anEndpointThatIsDownIsNamed() {
    Configuration down = configuration();
    down.set("fs.s3a.endpoint", "http://127.0.0.1:1");
    assertRefused(
        RUN,
        down,
        "nothing answers at http://127.0.0.1:1 (connection refused); a running store's 'fs.s3a.endpoint' under hadoop would work");
  }

  @Test
  void aHostThatNobodyKnowsIsNamed() {
    Configuration unknown = configuration();
    unknown.set("fs.s3a.endpoint", "http://nowhere.invalid");
    assertRefused(
        RUN,
        unknown,
        "the host of http://nowhere.invalid is unknown; a running store's 'fs.s3a.endpoint' under hadoop would work");
  }

  @Test
  void aClockThatIsWrongIsNamed() {
    proxy.follow((number, request) -> Fault.CLOCK_SKEW);
    try {
      assertRefused(
          RUN,
          configuration(),
          "this machine's clock differs from the store's by more than the store allows; a clock that is set (NTP) would work");
    } finally {
      proxy.follow((number, request) -> Fault.NONE);
    }
  }

  @AfterEach
  void nothingWasWritten() throws IOException {
    try (Stream<Path> objects = Files.list(folder.resolve("objects").resolve(S3Server.BUCKET))) {
      assertThat(objects).isEmpty();
    }
  }

  private static void assertRefused(String location, Configuration configuration, String reason) {
    assertThatThrownBy(() -> check(location, configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessage("output is %s but it can't be read: %s", location, reason);
  }

  private static void check(String location, Configuration configuration) {
    ReachableStorage.check("output", location, configuration);
  }

  private static Configuration configuration() {
    return S3Server.configuration(S3Server.settings(proxy.port()));
  }
}
