namespace Hyperion;

/// <summary>How objects are written and which are read. Immutable.</summary>
public class SerializerOptions
{
    public static readonly SerializerOptions Default = new();

    /// <param name="versionTolerance">
    /// Fields are written with their names, so that reader and writer may have different ones: what the reader has not is
    /// passed over, what the writer had not keeps its default. Off: both must have the same fields.
    /// </param>
    /// <param name="preserveObjectReferences">An object that is met twice is one object again. Cycles need it.</param>
    /// <param name="surrogates">In order; the first that fits stands for an object.</param>
    /// <param name="knownTypes">Written as numbers, by their order, which reader and writer share; always allowed.</param>
    /// <param name="packageNameOverrides">Applied to the names of types that are read.</param>
    /// <param name="disallowUnsafeTypes">Refuse types that are known to do harm when they are made from bytes.</param>
    /// <param name="typeFilter">Which types may be read beside primitives, collections of the platform and known types.</param>
    internal SerializerOptions(
        bool versionTolerance = false,
        bool preserveObjectReferences = false,
        IEnumerable<Surrogate> surrogates = null,
        IEnumerable<Type> knownTypes = null,
        IEnumerable<Func<string, string>> packageNameOverrides = null,
        bool disallowUnsafeTypes = true,
        ITypeFilter typeFilter = null)
    {
        VersionTolerance = versionTolerance;
        PreserveObjectReferences = preserveObjectReferences;
        Surrogates = [.. surrogates ?? []];
        KnownTypes = [.. knownTypes ?? []];
        PackageNameOverrides = [.. packageNameOverrides ?? []];
        DisallowUnsafeTypes = disallowUnsafeTypes;
        TypeFilter = typeFilter ?? DisabledTypeFilter.Instance;
    }

    internal bool VersionTolerance { get; }

    internal bool PreserveObjectReferences { get; }

    internal Surrogate[] Surrogates { get; }

    internal Type[] KnownTypes { get; }

    internal Func<string, string>[] PackageNameOverrides { get; }

    internal bool DisallowUnsafeTypes { get; }

    internal ITypeFilter TypeFilter { get; }

    public SerializerOptions WithVersionTolerance(bool versionTolerance)
        => new(versionTolerance, PreserveObjectReferences, Surrogates, KnownTypes, PackageNameOverrides, DisallowUnsafeTypes, TypeFilter);

    public SerializerOptions WithPreserveObjectReferences(bool preserveObjectReferences)
        => new(VersionTolerance, preserveObjectReferences, Surrogates, KnownTypes, PackageNameOverrides, DisallowUnsafeTypes, TypeFilter);

    public SerializerOptions WithSurrogates(IEnumerable<Surrogate> surrogates)
        => new(VersionTolerance, PreserveObjectReferences, surrogates, KnownTypes, PackageNameOverrides, DisallowUnsafeTypes, TypeFilter);

    public SerializerOptions WithKnownTypes(IEnumerable<Type> knownTypes)
        => new(VersionTolerance, PreserveObjectReferences, Surrogates, knownTypes, PackageNameOverrides, DisallowUnsafeTypes, TypeFilter);

    public SerializerOptions WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides)
        => new(VersionTolerance, PreserveObjectReferences, Surrogates, KnownTypes, packageNameOverrides, DisallowUnsafeTypes, TypeFilter);

    public SerializerOptions WithDisallowUnsafeType(bool disallowUnsafeType)
        => new(VersionTolerance, PreserveObjectReferences, Surrogates, KnownTypes, PackageNameOverrides, disallowUnsafeType, TypeFilter);

    public SerializerOptions WithTypeFilter(ITypeFilter typeFilter)
        => new(VersionTolerance, PreserveObjectReferences, Surrogates, KnownTypes, PackageNameOverrides, DisallowUnsafeTypes, typeFilter);
}
