namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Matches a regular expression.</summary>
public class RegexMatcher : IStringMatcher
{
    private readonly System.Text.RegularExpressions.Regex _regex;

    public RegexMatcher(System.Text.RegularExpressions.Regex regex)
    {
        _regex = regex;
    }

    public bool IsMatch(string s) => _regex.IsMatch(s);

    public override string ToString() => $"matches regex \"{_regex}\"";
}
