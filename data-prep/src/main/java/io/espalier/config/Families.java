package io.espalier.config;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The sealed interfaces that a settings record reaches, with their members by YAML name. */
record Families(Class<?> type) {

  /** Jackson doesn't discover sealed subtypes by itself, so they are collected here. */
  static Set<Families> within(Class<?> record) {
    Set<Families> found = new LinkedHashSet<>();
    collect(record, found, new LinkedHashSet<>());
    return found;
  }

  Class<?>[] members() {
    return type.getPermittedSubclasses();
  }

  Map<String, Class<?>> membersByName() {
    Map<String, Class<?>> byName = new LinkedHashMap<>();
    for (Class<?> member : members()) {
      byName.put(member.getAnnotation(JsonTypeName.class).value(), member);
    }
    return byName;
  }

  static boolean isFamily(Class<?> type) {
    return type.isSealed() && type.isInterface();
  }

  private static void collect(Type type, Set<Families> found, Set<Class<?>> seen) {
    if (type instanceof ParameterizedType parameterized) {
      for (Type argument : parameterized.getActualTypeArguments()) {
        collect(argument, found, seen);
      }
    } else if (type instanceof Class<?> c && seen.add(c)) {
      if (isFamily(c)) {
        found.add(new Families(c));
        Arrays.stream(c.getPermittedSubclasses()).forEach(m -> collect(m, found, seen));
      } else if (c.isRecord()) {
        for (RecordComponent component : c.getRecordComponents()) {
          collect(component.getGenericType(), found, seen);
        }
      }
    }
  }
}
