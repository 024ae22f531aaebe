using System.Globalization;

namespace Akka.Util;

/// <summary>
/// The version of an application: up to three numbers and whatever follows them. Numbers are compared as numbers; of
/// two versions with the same numbers the one without a suffix is the later, since suffixes name what came before it.
/// </summary>
public class AppVersion : IComparable<AppVersion>, IEquatable<AppVersion>
{
    private const int NumbersMax = 3;

    public static readonly AppVersion Zero = new("0.0.0");

    private readonly long[] _numbers;
    private readonly string _rest;

    private AppVersion(string version)
    {
        Version = version;
        (_numbers, _rest) = Parse(version);
    }

    public string Version { get; }

    public static bool operator ==(AppVersion first, AppVersion second) => Equals(first, second);

    public static bool operator !=(AppVersion first, AppVersion second) => !Equals(first, second);

    public static AppVersion Create(string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        return new AppVersion(version.Trim());
    }

    public int CompareTo(AppVersion other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < NumbersMax; i++)
        {
            if (_numbers[i] != other._numbers[i])
            {
                return _numbers[i].CompareTo(other._numbers[i]);
            }
        }

        if (_rest.Length == 0 || other._rest.Length == 0)
        {
            return other._rest.Length.CompareTo(_rest.Length);
        }

        return string.CompareOrdinal(_rest, other._rest);
    }

    public bool Equals(AppVersion other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object obj) => Equals(obj as AppVersion);

    public override int GetHashCode() => HashCode.Combine(_numbers[0], _numbers[1], _numbers[2], _rest);

    public override string ToString() => Version;

    private static (long[] Numbers, string Suffix) Parse(string version)
    {
        var numbers = new long[NumbersMax];
        var at = 0;
        for (var i = 0; i < NumbersMax; i++)
        {
            var end = at;
            while (end < version.Length && char.IsAsciiDigit(version[end]))
            {
                end++;
            }

            if (end == at || !long.TryParse(version.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                break;
            }

            at = end;
            if (i == NumbersMax - 1 || at + 1 >= version.Length || version[at] != '.' || !char.IsAsciiDigit(version[at + 1]))
            {
                break;
            }

            at++;
        }

        return (numbers, version[at..].TrimStart('-', '.'));
    }
}
