using Akka.Actor.Setup;
using global::Hyperion;

namespace Akka.Serialization.Hyperion;

/// <summary>Settings given by program; what is null is left to the configuration.</summary>
public class HyperionSerializerSetup : Setup
{
    public static readonly HyperionSerializerSetup Empty = new();

    private HyperionSerializerSetup()
    {
    }

    public bool? PreserveObjectReferences { get; private init; }

    public bool? VersionTolerance { get; private init; }

    public Type KnownTypesProvider { get; private init; }

    public IEnumerable<Func<string, string>> PackageNameOverrides { get; private init; }

    public IEnumerable<Surrogate> Surrogates { get; private init; }

    public bool? DisallowUnsafeType { get; private init; }

    public ITypeFilter TypeFilter { get; private init; }

    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType,
        ITypeFilter typeFilter)
        => new()
        {
            PreserveObjectReferences = preserveObjectReferences,
            VersionTolerance = versionTolerance,
            KnownTypesProvider = knownTypesProvider,
            PackageNameOverrides = packageNameOverrides,
            Surrogates = surrogates,
            DisallowUnsafeType = disallowUnsafeType,
            TypeFilter = typeFilter,
        };

    public HyperionSerializerSetup WithPreserveObjectReference(bool preserveObjectReference)
        => With(preserveObjectReferences: preserveObjectReference);

    public HyperionSerializerSetup WithVersionTolerance(bool versionTolerance) => With(versionTolerance: versionTolerance);

    public HyperionSerializerSetup WithKnownTypeProvider<T>()
        where T : IKnownTypesProvider
        => With(knownTypesProvider: typeof(T));

    public HyperionSerializerSetup WithKnownTypeProvider(Type knownTypeProvider) => With(knownTypesProvider: knownTypeProvider);

    public HyperionSerializerSetup WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides)
        => With(packageNameOverrides: packageNameOverrides);

    public HyperionSerializerSetup WithSurrogates(IEnumerable<Surrogate> surrogates) => With(surrogates: surrogates);

    public HyperionSerializerSetup WithDisallowUnsafeType(bool disallowUnsafeType) => With(disallowUnsafeType: disallowUnsafeType);

    public HyperionSerializerSetup WithTypeFilter(ITypeFilter typeFilter) => With(typeFilter: typeFilter);

    internal HyperionSerializerSettings ApplyTo(HyperionSerializerSettings settings) => new(
        PreserveObjectReferences ?? settings.PreserveObjectReferences,
        VersionTolerance ?? settings.VersionTolerance,
        KnownTypesProvider ?? settings.KnownTypesProvider,
        PackageNameOverrides ?? settings.PackageNameOverrides,
        Surrogates ?? settings.Surrogates,
        DisallowUnsafeType ?? settings.DisallowUnsafeType,
        TypeFilter ?? settings.TypeFilter);

    private HyperionSerializerSetup With(
        bool? preserveObjectReferences = null,
        bool? versionTolerance = null,
        Type knownTypesProvider = null,
        IEnumerable<Func<string, string>> packageNameOverrides = null,
        IEnumerable<Surrogate> surrogates = null,
        bool? disallowUnsafeType = null,
        ITypeFilter typeFilter = null)
        => new()
        {
            PreserveObjectReferences = preserveObjectReferences ?? PreserveObjectReferences,
            VersionTolerance = versionTolerance ?? VersionTolerance,
            KnownTypesProvider = knownTypesProvider ?? KnownTypesProvider,
            PackageNameOverrides = packageNameOverrides ?? PackageNameOverrides,
            Surrogates = surrogates ?? Surrogates,
            DisallowUnsafeType = disallowUnsafeType ?? DisallowUnsafeType,
            TypeFilter = typeFilter ?? TypeFilter,
        };
}
