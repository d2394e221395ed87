package io.espalier.job;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Why an S3 store can't be used, told from the codes in its client's messages: the store's own
 * words are many lines, and half of them about the client.
 *
 * @param problem what is wrong
 * @param remedy what would work
 */
record S3Refusal(String problem, String remedy) {
  private enum Reason {
    CLOCK(
        "RequestTimeTooSkewed",
        "this machine's clock differs from the store's by more than the store allows",
        "a clock that is set (NTP) would work"),
    BUCKET(
        "NoSuchBucket",
        "there is no bucket %s at %s",
        "a bucket that exists would work; espalier makes none"),
    KEY(
        "InvalidAccessKeyId",
        "the store at %2$s doesn't know the access key",
        "its own key and secret under hadoop ('fs.s3a.access.key', 'fs.s3a.secret.key') would work"),
    SECRET(
        "SignatureDoesNotMatch",
        "the secret key isn't that of the access key",
        "the secret that belongs to the key ('fs.s3a.secret.key' under hadoop) would work"),
    TOKEN(
        "ExpiredToken",
        "the credentials have expired",
        "new ones under hadoop ('fs.s3a.access.key', 'fs.s3a.secret.key', 'fs.s3a.session.token') would work"),
    NO_CREDENTIALS(
        "No AWS ",
        "there are no credentials for it",
        "'fs.s3a.access.key' and 'fs.s3a.secret.key' under hadoop, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, would work"),
    FORBIDDEN(
        "Status Code: 403",
        "these credentials may not read bucket %s at %s (403)",
        "credentials that may list, read and write there would work"),
    REFUSED_CONNECTION(
        "Connection refused",
        "nothing answers at %2$s (connection refused)",
        "a running store's 'fs.s3a.endpoint' under hadoop would work"),
    UNKNOWN_HOST(
        "UnknownHostException",
        "the host of %2$s is unknown",
        "a running store's 'fs.s3a.endpoint' under hadoop would work");

    final String sign;
    final String problem;
    final String remedy;

    Reason(String sign, String problem, String remedy) {
      this.sign = sign;
      this.problem = problem;
      this.remedy = remedy;
    }
  }

  /** The reason of a failure, if it is one that an S3 store is known to give. */
  static Optional<S3Refusal> of(Throwable failure, String location, Configuration configuration) {
    String said = messages(failure);
    String bucket = String.valueOf(URI.create(location.replace(' ', '+')).getHost());
    String endpoint = configuration.getTrimmed("fs.s3a.endpoint", "Amazon");
    return location.startsWith("s3a:")
        ? Arrays.stream(Reason.values())
            .filter(reason -> said.contains(reason.sign))
            .findFirst()
            .map(reason -> new S3Refusal(reason.problem.formatted(bucket, endpoint), reason.remedy))
        : Optional.empty();
  }

  private static String messages(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = failure; t != null && t.getCause() != t; t = t.getCause()) {
      all.append(t).append('\n');
      for (Throwable suppressed : t.getSuppressed()) {
        all.append(suppressed).append('\n');
      }
    }
    return all.toString();
  }
}
