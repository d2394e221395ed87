package io.espalier.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.IOException;
import java.util.Optional;

/** Figures as JSON: the records' components in snake case, indented for eyes. */
final class Output {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(new OptionalValue()))
          .build();

  /** The value, or null where there is none. */
  private static final class OptionalValue extends StdSerializer<Optional<?>> {
    private static final long serialVersionUID = 1L;

    OptionalValue() {
      super(TypeFactory.defaultInstance().constructType(new TypeReference<Optional<?>>() {}));
    }

    @Override
    public void serialize(Optional<?> value, JsonGenerator to, SerializerProvider serializers)
        throws IOException {
      if (value.isPresent()) {
        serializers.defaultSerializeValue(value.get(), to);
      } else {
        to.writeNull();
      }
    }
  }

  private Output() {}

  static String json(Object figures) {
    try {
      return MAPPER.writeValueAsString(figures);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Figures are plain records and always write as JSON", e);
    }
  }
}
