using System.Collections.Concurrent;

namespace Akka.Util.Reflection;

public static class TypeCache
{
    private static readonly ConcurrentDictionary<string, Type> Types = new();

    /// <summary>Resolves a type name; a name without an assembly is looked up in Akka's own assembly too.</summary>
    public static Type GetType(string typeName) => Types.GetOrAdd(typeName, static name => Type.GetType(name, true));
}
