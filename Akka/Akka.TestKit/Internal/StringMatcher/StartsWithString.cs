namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Matches a string with a prefix.</summary>
public class StartsWithString : IStringMatcher
{
    private readonly string _start;

    public StartsWithString(string start)
    {
        _start = start;
    }

    public bool IsMatch(string s) => s.StartsWith(_start, StringComparison.Ordinal);

    public override string ToString() => $"starts with \"{_start}\"";
}
