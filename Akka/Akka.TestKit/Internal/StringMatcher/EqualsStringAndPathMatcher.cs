using Akka.Actor;

namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Matches a log source: an exact string, or an actor path with or without address and uid.</summary>
public class EqualsStringAndPathMatcher : IStringMatcher
{
    private readonly string _path;
    private readonly bool _canBeRelative;

    public EqualsStringAndPathMatcher(string path, bool canBeRelative = true)
    {
        _path = path;
        _canBeRelative = canBeRelative;
    }

    public bool IsMatch(string path)
    {
        if (string.Equals(_path, path, StringComparison.Ordinal))
        {
            return true;
        }

        if (!ActorPath.TryParse(path, out var parsed))
        {
            return false;
        }

        var withoutAddress = parsed.ToStringWithoutAddress();
        return string.Equals(_path, withoutAddress, StringComparison.Ordinal)
            || (_canBeRelative && string.Equals("/" + _path, withoutAddress, StringComparison.Ordinal));
    }

    public override string ToString() => $"== \"{_path}\"";
}
