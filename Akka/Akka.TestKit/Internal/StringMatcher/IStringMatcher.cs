namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>A condition on a string.</summary>
public interface IStringMatcher
{
    bool IsMatch(string s);
}
