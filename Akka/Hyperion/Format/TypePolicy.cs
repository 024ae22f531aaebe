using System.Collections.Concurrent;
using System.Runtime.ConstrainedExecution;
using Hyperion.Internal;

namespace Hyperion.Format;

/// <summary>Which types may be made from bytes. What it allowed once is remembered, and only that.</summary>
internal sealed class TypePolicy(SerializerOptions options)
{
    // Types of the platform that run programs, touch files or load code when they are made or destroyed.
    private static readonly string[] Unsafe =
    [
        "System.CodeDom.Compiler.TempFileCollection",
        "System.Configuration.Install.AssemblyInstaller",
        "System.Data.DataSet",
        "System.Data.DataTable",
        "System.Diagnostics.Process",
        "System.IO.DirectoryInfo",
        "System.IO.FileInfo",
        "System.IO.FileSystemInfo",
        "System.Management.Automation",
        "System.Runtime.Remoting",
        "System.Security.Claims.ClaimsIdentity",
        "System.Security.Claims.ClaimsPrincipal",
        "System.Security.Policy.HashMembershipCondition",
        "System.Security.Principal.WindowsIdentity",
        "System.Security.Principal.WindowsPrincipal",
        "System.Security.SecurityException",
        "System.Web.Security.RolePrincipal",
        "System.Web.UI.LosFormatter",
        "System.Web.UI.MobileControls.SessionViewState",
        "System.Windows.Data.ObjectDataProvider",
        "System.Windows.ResourceDictionary",
        "Microsoft.VisualStudio",
        "Microsoft.Exchange",
    ];

    private readonly ConcurrentDictionary<string, Type> _named = new();

    private bool IsOpen => options.TypeFilter is DisabledTypeFilter;

    /// <summary>The type of the name, if it is allowed, or if it is the definition of a type that may be allowed as constructed.</summary>
    public Type Resolve(string name)
    {
        if (_named.TryGetValue(name, out var type))
        {
            return type;
        }

        var renamed = options.PackageNameOverrides.Aggregate(name, static (current, rename) => rename(current));
        Refuse(renamed);
        if (!renamed.Contains('`', StringComparison.Ordinal))
        {
            RefuseUnlessListed(renamed);
        }

        type = TypeNames.Find(renamed, mayLoad: !IsOpen);
        if (!type.IsGenericTypeDefinition)
        {
            RefuseUnlessListed(renamed);
        }

        RefuseAncestors(type);
        return _named.GetOrAdd(name, type);
    }

    /// <summary>A generic type is allowed by its definition, or as it is constructed.</summary>
    public void CheckConstructed(Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        if (!BuiltInTypes.Contains(definition)
            && !options.KnownTypes.Contains(definition)
            && !options.TypeFilter.IsAllowed(TypeNames.Of(definition)))
        {
            RefuseUnlessListed(TypeNames.Of(type));
        }
    }

    /// <summary>What can be neither written nor read as an object with fields.</summary>
    public static bool IsOpaque(Type type)
        => type.IsAbstract
            || type.IsInterface
            || type.IsPointer
            || type.IsByRefLike
            || type.ContainsGenericParameters
            || type == typeof(IntPtr)
            || type == typeof(UIntPtr)
            || typeof(Delegate).IsAssignableFrom(type)
            || typeof(MarshalByRefObject).IsAssignableFrom(type)
            || typeof(CriticalFinalizerObject).IsAssignableFrom(type)
            || typeof(System.Reflection.MemberInfo).IsAssignableFrom(type)
            || typeof(System.Reflection.Assembly).IsAssignableFrom(type)
            || typeof(Task).IsAssignableFrom(type);

    private void RefuseUnlessListed(string name)
    {
        if (!options.TypeFilter.IsAllowed(name))
        {
            throw new UserEvilDeserializationException("a type that the type filter does not allow", name);
        }
    }

    private void Refuse(string name)
    {
        if (options.DisallowUnsafeTypes && Array.Exists(Unsafe, bad => name.StartsWith(bad, StringComparison.Ordinal)))
        {
            throw new EvilDeserializationException("a type that is never made from bytes", name);
        }
    }

    private void RefuseAncestors(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            Refuse(ancestor.FullName ?? string.Empty);
        }
    }
}
