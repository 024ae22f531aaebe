namespace Akka.Util;

public static class WildcardMatch
{
    /// <summary>Matches with '*' for any run of characters and '?' for exactly one.</summary>
    public static bool Like(this string text, string pattern, bool caseSensitive = false) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, text, !caseSensitive);
}
