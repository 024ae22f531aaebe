namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Matches a string that contains a part.</summary>
public class ContainsString : IStringMatcher
{
    private readonly string _part;

    public ContainsString(string part)
    {
        _part = part;
    }

    public bool IsMatch(string s) => s.Contains(_part, StringComparison.Ordinal);

    public override string ToString() => $"contains \"{_part}\"";
}
