package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts a placeholder such as {@code <EMAIL>} in the place of personal data, or has the document
 * rejected, kind by kind. One pass from left to right; a match is only sought where a word begins,
 * and none looks further than a bounded number of characters.
 *
 * @param ip addresses of public networks, version 4 and 6
 * @param secret keys and tokens whose form tells what they are, and blocks of private keys
 * @param profileUrl addresses of a person's page, or with a person's number in them
 * @param verify whether card numbers must have the right check digit, and social security numbers
 *     and telephone numbers a form that is handed out; IBANs always must
 */
@JsonTypeName("personal_data")
public record PersonalDataEdit(
    PersonalDataAction email,
    PersonalDataAction phone,
    PersonalDataAction iban,
    PersonalDataAction creditCard,
    PersonalDataAction ip,
    PersonalDataAction usSsn,
    PersonalDataAction secret,
    PersonalDataAction profileUrl,
    boolean verify)
    implements TextEdit {

  @Override
  public EditedText edit(String text) {
    List<PersonalData> sought = sought();
    Map<PersonalData, Integer> found = new EnumMap<>(PersonalData.class);
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!PersonalData.mayBegin(text, i)) {
        continue;
      }
      for (PersonalData kind : sought) {
        int end = kind.end(text, i, verify);
        if (end > i) {
          found.merge(kind, 1, Integer::sum);
          out.append(text, copied, i).append(kind.placeholder());
          copied = end;
          i = end - 1;
          break;
        }
      }
    }
    return found.isEmpty()
        ? EditedText.unchanged(text)
        : edited(out.append(text, copied, text.length()).toString(), found);
  }

  private EditedText edited(String text, Map<PersonalData, Integer> found) {
    Map<String, Integer> counts = new TreeMap<>();
    found.forEach((kind, count) -> counts.put("personal_data:" + kind.key(), count));
    Optional<Rejection> rejection =
        found.entrySet().stream()
            .filter(entry -> action(entry.getKey()) == PersonalDataAction.REJECT)
            .map(entry -> rejection(entry.getKey(), entry.getValue()))
            .findFirst();
    return new EditedText(text, new TreeMap<>(counts), rejection);
  }

  private static Rejection rejection(PersonalData kind, int count) {
    return new Rejection(
        "personal_data",
        "%d of kind %s, which data.edits says to reject".formatted(count, kind.key()));
  }

  private List<PersonalData> sought() {
    List<PersonalData> kinds = new ArrayList<>();
    for (PersonalData kind : PersonalData.values()) {
      if (action(kind) != PersonalDataAction.KEEP) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  private PersonalDataAction action(PersonalData kind) {
    return switch (kind) {
      case EMAIL -> email;
      case PHONE -> phone;
      case IBAN -> iban;
      case CREDIT_CARD -> creditCard;
      case IP -> ip;
      case US_SSN -> usSsn;
      case SECRET -> secret;
      case PROFILE_URL -> profileUrl;
    };
  }
}
