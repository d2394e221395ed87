package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/** What the ranks' bytes travel over. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface CommBackend extends Serializable permits InProcessBackend {}
