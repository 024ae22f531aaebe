using Akka.Configuration;
using global::Hyperion;

namespace Akka.Serialization;

/// <summary>Settings of a <see cref="HyperionSerializer"/>; <c>reference.conf</c> says what each is for.</summary>
public sealed class HyperionSerializerSettings
{
    public static readonly HyperionSerializerSettings Default = Create(
        HyperionSerializer.DefaultConfiguration().GetConfig("akka.actor.serialization-settings.hyperion"));

    public readonly bool PreserveObjectReferences;
    public readonly bool VersionTolerance;
    public readonly Type KnownTypesProvider;
    public readonly IEnumerable<Func<string, string>> PackageNameOverrides;
    public readonly IEnumerable<Surrogate> Surrogates;
    public readonly bool DisallowUnsafeType;
    public readonly ITypeFilter TypeFilter;

    public HyperionSerializerSettings(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType,
        ITypeFilter typeFilter)
    {
        KnownTypesProvider = knownTypesProvider ?? typeof(NoKnownTypes);
        if (!typeof(IKnownTypesProvider).IsAssignableFrom(KnownTypesProvider))
        {
            throw new ArgumentException(
                $"known types must come from a type that implements {nameof(IKnownTypesProvider)}, which {KnownTypesProvider} does not",
                nameof(knownTypesProvider));
        }

        PreserveObjectReferences = preserveObjectReferences;
        VersionTolerance = versionTolerance;
        PackageNameOverrides = packageNameOverrides ?? [];
        Surrogates = surrogates ?? [];
        DisallowUnsafeType = disallowUnsafeType;
        TypeFilter = typeFilter ?? DisabledTypeFilter.Instance;
    }

    /// <exception cref="ConfigurationException">There is no config, or it names a type that does not exist.</exception>
    public static HyperionSerializerSettings Create(Config config)
    {
        if (config is null || config.IsEmpty)
        {
            throw new ConfigurationException("akka.actor.serialization-settings.hyperion is missing");
        }

        var provider = config.GetString("known-types-provider", null);
        return new HyperionSerializerSettings(
            config.GetBoolean("preserve-object-references", true),
            config.GetBoolean("version-tolerance", true),
            string.IsNullOrWhiteSpace(provider) ? null : TypeOf(provider, "known-types-provider"),
            OverridesOf(config),
            [.. config.GetStringList("surrogates").Select(static name => (Surrogate)Activator.CreateInstance(TypeOf(name, "surrogates")))],
            config.GetBoolean("disallow-unsafe-type", true),
            FilterOf(config));
    }

    public HyperionSerializerSettings WithPreserveObjectReference(bool preserveObjectReferences) => new(
        preserveObjectReferences, VersionTolerance, KnownTypesProvider, PackageNameOverrides, Surrogates, DisallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithVersionTolerance(bool versionTolerance) => new(
        PreserveObjectReferences, versionTolerance, KnownTypesProvider, PackageNameOverrides, Surrogates, DisallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithKnownTypesProvider(Type knownTypesProvider) => new(
        PreserveObjectReferences, VersionTolerance, knownTypesProvider, PackageNameOverrides, Surrogates, DisallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides) => new(
        PreserveObjectReferences, VersionTolerance, KnownTypesProvider, packageNameOverrides, Surrogates, DisallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithSurrogates(IEnumerable<Surrogate> surrogates) => new(
        PreserveObjectReferences, VersionTolerance, KnownTypesProvider, PackageNameOverrides, surrogates, DisallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithDisallowUnsafeType(bool disallowUnsafeType) => new(
        PreserveObjectReferences, VersionTolerance, KnownTypesProvider, PackageNameOverrides, Surrogates, disallowUnsafeType, TypeFilter);

    public HyperionSerializerSettings WithTypeFilter(ITypeFilter typeFilter) => new(
        PreserveObjectReferences, VersionTolerance, KnownTypesProvider, PackageNameOverrides, Surrogates, DisallowUnsafeType, typeFilter);

    private static ITypeFilter FilterOf(Config config)
    {
        var names = config.GetStringList("allowed-types");
        return names.Count == 0
            ? DisabledTypeFilter.Instance
            : names.Aggregate(
                TypeFilterBuilder.Create(), static (builder, name) => builder.Include(TypeOf(name, "allowed-types"))).Build();
    }

    private static List<Func<string, string>> OverridesOf(Config config)
    {
        var overrides = new List<Func<string, string>>();
        var value = config.GetValue("cross-platform-package-name-overrides.net");
        foreach (var rule in value is null ? [] : value.GetArray().Select(static item => item.GetObject()))
        {
            var fingerprint = rule.GetKey("fingerprint").GetString();
            var from = rule.GetKey("rename-from").GetString();
            var to = rule.GetKey("rename-to").GetString();
            overrides.Add(name => name.Contains(fingerprint, StringComparison.Ordinal) ? name.Replace(from, to, StringComparison.Ordinal) : name);
        }

        return overrides;
    }

    private static Type TypeOf(string name, string key)
        => Type.GetType(name) ?? throw new ConfigurationException($"there is no type '{name}', which {key} names");
}
