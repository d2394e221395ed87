package io.espalier.prep;

import io.espalier.cluster.ClusterModel;
import io.espalier.cluster.ClusterModels;
import io.espalier.config.ConfigException;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.megatron.MegatronCorpus;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputListing;
import io.espalier.prep.input.RecordFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * What will be read: the sources with their files, checked as far as can be without reading all of
 * them. Writes nothing.
 *
 * @param sources evaluation sources after training sources; a source's place is its number
 * @param megatron corpora that are tokens already
 * @param givenClusters the cluster models that the settings name; nothing where they name none
 * @param benchmarks evaluation text in no domain, which training documents are held against
 */
public record PreparationPlan(
    DataSettings settings,
    long seed,
    List<SourcePlan> sources,
    List<MegatronSource> megatron,
    Optional<ClusterModels> givenClusters,
    List<SourcePlan> benchmarks) {
  /** Raised whenever the same files and settings give other tables than before. */
  private static final int FORMAT_VERSION = 2;

  public PreparationPlan {
    sources = List.copyOf(sources);
    megatron = List.copyOf(megatron);
    benchmarks = List.copyOf(benchmarks);
  }

  /** Without given clusters and benchmarks. */
  PreparationPlan(
      DataSettings settings, long seed, List<SourcePlan> sources, List<MegatronSource> megatron) {
    this(settings, seed, sources, megatron, Optional.empty(), List.of());
  }

  /**
   * Lists the files and reads the first records of each source.
   *
   * @throws ConfigException if a path can't be listed or is empty, a file belongs to two sources,
   *     no record can be read, or a field is in none of them
   */
  public static PreparationPlan of(Configuration configuration, DataSettings settings, long seed) {
    List<SourcePlan> sources = new ArrayList<>();
    addAll(configuration, Role.TRAINING, settings.training(), sources);
    addAll(configuration, Role.EVALUATION, settings.evaluation(), sources);
    checkNoFileTwice(sources);
    for (SourcePlan source : sources) {
      checkFolders(source);
      new SourceProbe(configuration, source, settings.maximumDocumentBytes()).check();
    }
    Provenance.plan(configuration, settings); // Refused now rather than after everything else.
    return new PreparationPlan(
        settings,
        seed,
        sources,
        megatron(configuration, settings.megatron()),
        givenClusters(configuration, settings),
        Benchmarks.plan(configuration, settings));
  }

  /** The same settings with some of the files. */
  PreparationPlan only(Set<String> uris) {
    List<SourcePlan> some =
        sources.stream()
            .map(source -> source.only(uris))
            .filter(source -> !source.files().isEmpty())
            .toList();
    return new PreparationPlan(settings, seed, some, megatron, givenClusters, benchmarks);
  }

  /** Stands for the files (path, length, time) and every setting that the tables depend on. */
  public String fingerprint() {
    Map<String, Object> inputs = new TreeMap<>();
    inputs.put("settings", settings);
    inputs.put("seed", seed);
    inputs.put("files", sources.stream().map(SourcePlan::files).toList());
    inputs.put("megatron", megatron);
    if (settings.nearDuplicates().on()) {
      inputs.put("near_duplicates_version", NearDuplicates.VERSION);
    }
    if (settings.domains().matters(settings)) {
      inputs.put("domains", settings.domains());
      inputs.put("clusters_version", ClusterModel.VERSION);
      inputs.put(
          "given_clusters",
          givenClusters.map(models -> Fingerprint.ofText(models.json())).orElse(""));
    }
    if (!benchmarks.isEmpty()) {
      inputs.put("benchmarks", benchmarks.stream().map(SourcePlan::files).toList());
    }
    return Fingerprint.of("documents", FORMAT_VERSION, inputs);
  }

  /** Stands for every setting that the tables depend on, whatever files there are. */
  String recipe() {
    return Fingerprint.of("recipe", FORMAT_VERSION, Map.of("settings", settings, "seed", seed));
  }

  /** Bytes of all files of text as they lie on disk. */
  public long bytes() {
    return sources.stream().mapToLong(SourcePlan::bytes).sum();
  }

  /** Bytes of all tokens of corpora as they lie on disk. */
  public long tokenBytes() {
    return megatron.stream().mapToLong(source -> source.corpus().tokenBytes()).sum();
  }

  /** Names of the domains of corpora that are tokens, as far as these alone say their role. */
  public Set<String> megatronDomains(Role role) {
    Set<String> trained =
        megatron.stream()
            .filter(source -> source.split().trains())
            .map(MegatronSource::domain)
            .collect(Collectors.toSet());
    return role == Role.TRAINING
        ? trained
        : megatron.stream()
            .map(MegatronSource::domain)
            .filter(domain -> !trained.contains(domain))
            .collect(Collectors.toSet());
  }

  private static Optional<ClusterModels> givenClusters(
      Configuration configuration, DataSettings settings) {
    String location = settings.domains().clusters().model();
    if (location.isEmpty()) {
      return Optional.empty();
    }
    ClusterModels models =
        ClusterModels.parse(location, ClusterFiles.given(configuration, location));
    checkGiven(settings, location, models);
    return Optional.of(models);
  }

  private static void checkGiven(DataSettings settings, String location, ClusterModels models) {
    ClusterModel all = models.models().get(ClusterModels.ALL);
    for (SourceSettings source : settings.training()) {
      if (source.domain() instanceof ClusterDomainSharder sharder
          && (all == null || all.names().size() != sharder.clusters())) {
        throw new ConfigException(
            "data.training: domain.clusters is %d but the model %s has %d; the model's number, or no data.domains.clusters.model, would work"
                .formatted(sharder.clusters(), location, all == null ? 0 : all.names().size()));
      }
    }
  }

  private static List<MegatronSource> megatron(
      Configuration configuration, List<MegatronSettings> settings) {
    List<MegatronSource> sources = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      MegatronSettings each = settings.get(i);
      try {
        MegatronCorpus corpus = MegatronCorpus.open(configuration, each.path());
        sources.add(new MegatronSource(i, each.domain(), each.split(), corpus));
      } catch (ConfigException e) {
        throw new ConfigException("data.megatron[%d].%s".formatted(i, e.getMessage()), e);
      }
    }
    return sources;
  }

  private static void addAll(
      Configuration configuration,
      Role role,
      List<SourceSettings> settings,
      List<SourcePlan> sources) {
    for (int i = 0; i < settings.size(); i++) {
      String key = "data.%s[%d]".formatted(role, i);
      try {
        List<InputFile> files = InputListing.list(configuration, settings.get(i).path());
        sources.add(new SourcePlan(key, role, settings.get(i), files));
      } catch (ConfigException e) {
        throw new ConfigException(key + "." + e.getMessage(), e);
      }
    }
  }

  private static void checkNoFileTwice(List<SourcePlan> sources) {
    Map<String, String> keys = new HashMap<>();
    for (SourcePlan source : sources) {
      for (InputFile file : source.files()) {
        String other = keys.putIfAbsent(file.uri(), source.key());
        if (other != null) {
          throw new ConfigException(
              "%s.path is %s but %s in it belongs to %s already; a file can have one source only"
                  .formatted(source.key(), source.settings().path(), file.uri(), other));
        }
      }
    }
  }

  private static void checkFolders(SourcePlan source) {
    if (!(source.settings().domain() instanceof SourceFolderDomainSharder)) {
      return;
    }
    source.files().stream()
        .filter(file -> !file.path().contains("/"))
        .filter(file -> source.settings().format().of(file.name()) != RecordFormat.AUTO)
        .findFirst()
        .ifPresent(
            file -> {
              throw new ConfigException(
                  "%s.domain.type is source_folder but %s lies in no folder below %s; a folder per"
                          .formatted(source.key(), file.name(), source.settings().path())
                      + " domain, or {type: fixed, name: …}, would work");
            });
  }
}
