using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka;

/// <summary>A fact of the subset alone, where it is stricter or richer than the genuine library.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubsetFactAttribute : FactAttribute
{
    public SubsetFactAttribute() => Skip = Reason;

    /// <summary>Whether the specs run on the subset.</summary>
    public static bool IsSubset => Reason is null;

    /// <summary>Why such a fact is skipped; null with the subset.</summary>
    internal static string? Reason { get; } =
        typeof(Config).Assembly.GetReferencedAssemblies().Any(name => name.Name == "Newtonsoft.Json")
            ? "holds for the subset only"
            : null;
}
