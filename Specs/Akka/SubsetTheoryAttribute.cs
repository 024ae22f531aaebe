using Xunit;

namespace ActorEtcd.Specs.Akka;

/// <summary>A theory of the subset alone, as <see cref="SubsetFactAttribute"/> is a fact of it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubsetTheoryAttribute : TheoryAttribute
{
    public SubsetTheoryAttribute() => Skip = SubsetFactAttribute.Reason;
}
