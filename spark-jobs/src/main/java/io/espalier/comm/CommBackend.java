package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.io.Serializable;

/** What the ranks' bytes travel over. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface CommBackend extends Serializable
    permits AutoBackend, InProcessBackend, UnixBackend, TcpBackend, NcclBackend {

  /** The backend for the ranks that have met. */
  default CommBackend chosenFor(Introductions ranks) {
    return this;
  }

  /** Refuses ranks that this backend can't connect, in one sentence. */
  void require(Introductions ranks);

  /**
   * Connects this rank with the others; every rank calls it. Two ranks or more.
   *
   * @throws io.espalier.config.ConfigException if this machine can't
   * @throws CommunicatorException if another rank can't
   */
  Communicator connect(Meeting meeting);

  /** The name in configuration. */
  default String typeName() {
    return getClass().getAnnotation(JsonTypeName.class).value();
  }
}
