namespace Hyperion;

/// <summary>Decides which types bytes from outside may bring to life.</summary>
public interface ITypeFilter
{
    /// <param name="typeName">Full name and assembly, as in <c>Some.Space.Name, Some.Assembly</c>.</param>
    bool IsAllowed(string typeName);
}
