namespace Akka.Remote.TestKit;

/// <summary>A node of a test, by the part that it plays.</summary>
public sealed class RoleName : IEquatable<RoleName>
{
    public RoleName(string name)
    {
        Name = name;
    }

    public string Name { get; }

    public static bool operator ==(RoleName left, RoleName right) => Equals(left, right);

    public static bool operator !=(RoleName left, RoleName right) => !Equals(left, right);

    public bool Equals(RoleName other) => other is not null && Name == other.Name;

    public override bool Equals(object obj) => Equals(obj as RoleName);

    public override int GetHashCode() => Name?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => $"RoleName({Name})";
}
