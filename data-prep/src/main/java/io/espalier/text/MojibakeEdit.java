package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;

/**
 * Repairs UTF-8 that was read as Windows-1252 or Latin-1, once or several times over: {@code â€™}
 * becomes {@code ’} again.
 *
 * <p>See {@link Mojibake} for when a piece of text is taken for such, and ftfy (Speer 2019) for the
 * idea that the damage proves itself: text that is valid UTF-8 when written back in the wrong
 * encoding is hardly ever anything else.
 */
@JsonTypeName("mojibake")
public record MojibakeEdit() implements TextEdit {

  @Override
  public EditedText edit(String text) {
    String repaired = text;
    int characters = 0;
    // Each time over made the text longer, so there are few.
    for (Mojibake.Repair repair = Mojibake.repair(text);
        repair.characters() > 0;
        repair = Mojibake.repair(repaired)) {
      repaired = repair.text();
      characters += repair.characters();
    }
    return characters == 0
        ? EditedText.unchanged(text)
        : EditedText.changed(repaired, Map.of("mojibake", characters));
  }

  @Override
  public boolean beforeCleaning() {
    return true;
  }
}
