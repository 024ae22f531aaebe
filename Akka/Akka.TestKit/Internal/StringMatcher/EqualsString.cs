namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Matches one string.</summary>
public class EqualsString : IStringMatcher
{
    private readonly string _s;

    public EqualsString(string s)
    {
        _s = s;
    }

    public bool IsMatch(string s) => string.Equals(_s, s, StringComparison.Ordinal);

    public override string ToString() => $"== \"{_s}\"";
}
