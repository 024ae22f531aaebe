using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;

namespace Hyperion.Format;

/// <summary>Names of types that do not depend on the version of their assembly.</summary>
internal static class TypeNames
{
    // Asking the runtime each time would cost whoever reads a wrong name a list of all assemblies.
    private static readonly ConcurrentDictionary<string, Assembly> Loaded = new();

    static TypeNames()
    {
        AppDomain.CurrentDomain.AssemblyLoad += static (_, loaded) => Remember(loaded.LoadedAssembly);
        Array.ForEach(AppDomain.CurrentDomain.GetAssemblies(), Remember);
    }

    /// <summary>Full name and assembly; arguments of a constructed generic type stand in brackets, each with its assembly.</summary>
    public static string Of(Type type) => $"{FullNameOf(type)}, {type.Assembly.GetName().Name}";

    /// <summary>The type of a name without brackets, in an assembly that is loaded, or that the closed list vouches for.</summary>
    public static Type Find(string name, bool mayLoad)
    {
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        if (comma <= 0 || name.Contains('['))
        {
            throw new SerializationException($"'{name}' is no name of a type with its assembly");
        }

        var assemblyName = name[(comma + 2)..];
        if (!Loaded.TryGetValue(assemblyName, out var assembly) && mayLoad)
        {
            assembly = Load(assemblyName);
        }

        return assembly?.GetType(name[..comma], throwOnError: false)
            ?? throw new SerializationException($"there is no type '{name}' here");
    }

    private static string FullNameOf(Type type) => type.IsConstructedGenericType
        ? $"{type.GetGenericTypeDefinition().FullName}[{string.Join(',', type.GetGenericArguments().Select(static argument => $"[{Of(argument)}]"))}]"
        : type.FullName;

    // The first of a name stays: so one that is loaded later cannot take its place.
    private static void Remember(Assembly assembly) => Loaded.TryAdd(assembly.GetName().Name ?? string.Empty, assembly);

    private static Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (Exception missing) when (missing is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
