using System.Globalization;
using System.Reflection;

namespace Akka.Util;

/// <summary>
/// The version of an application: up to three numbers with points between them, then a number of commits and a name, each
/// after a sign: 1.2.3, 1.2-RC1, 1.2.3+10-1234abcd. A text without a point is one number, or a name alone. Of two versions
/// with the same numbers the one without a name is the later, since names are those of what came before it.
/// Two are equal when their texts are.
/// </summary>
public class AppVersion : IComparable<AppVersion>, IEquatable<AppVersion>
{
    private const string OfTheProgram = "assembly-version";
    private const int SegmentsMax = 3;
    private const int CommitsAt = 3;

    public static readonly AppVersion Zero = new("0.0.0");

    private readonly int[] _numbers = new int[CommitsAt + 1];
    private readonly string _name;

    private AppVersion(string version)
    {
        Version = version;
        var segments = version.Split('.');
        if (version.Length == 0 || segments.Length > SegmentsMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(version), version, "A version is a text of at most three parts with points between them");
        }

        _name = segments.Length == 1 ? ReadWord(version) : ReadSegments(segments);
    }

    public string Version { get; }

    public static bool operator ==(AppVersion first, AppVersion second) => Equals(first, second);

    public static bool operator !=(AppVersion first, AppVersion second) => !Equals(first, second);

    /// <summary>The version that the text says; "assembly-version" stands for that of the program.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text is empty, or has more than three parts.</exception>
    /// <exception cref="FormatException">A part is not a number where it must be.</exception>
    public static AppVersion Create(string version) => new(
        version.Equals(OfTheProgram, StringComparison.OrdinalIgnoreCase) ? ProgramVersion() : version);

    public int CompareTo(AppVersion other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < _numbers.Length; i++)
        {
            if (_numbers[i] != other._numbers[i])
            {
                return _numbers[i].CompareTo(other._numbers[i]);
            }
        }

        if (_name.Length == 0 || other._name.Length == 0)
        {
            return other._name.Length.CompareTo(_name.Length);
        }

        return string.CompareOrdinal(_name, other._name);
    }

    public bool Equals(AppVersion other) => other is not null && Version == other.Version;

    public override bool Equals(object obj) => Equals(obj as AppVersion);

    public override int GetHashCode() => Version.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Version;

    private static string ProgramVersion() =>
        (Assembly.GetEntryAssembly() ?? Assembly.GetExecutingAssembly()).GetName().Version?.ToString(3) ?? "0.0.0";

    private static int Number(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private string ReadWord(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _numbers[0] = number;
            return string.Empty;
        }

        return word;
    }

    private string ReadSegments(string[] segments)
    {
        for (var i = 0; i < segments.Length - 1; i++)
        {
            _numbers[i] = Number(segments[i]);
        }

        var last = segments[^1];
        var sign = last.AsSpan().IndexOfAny('-', '+');
        if (sign < 0)
        {
            _numbers[segments.Length - 1] = last.Length == 0 ? 0 : Number(last);
            return string.Empty;
        }

        _numbers[segments.Length - 1] = Number(last.AsSpan(0, sign));
        var rest = last[(sign + 1)..];
        var end = rest.IndexOf('-', StringComparison.Ordinal);
        if (end <= 0 || !int.TryParse(rest.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var commits))
        {
            return rest;
        }

        // Places before it that the text leaves out are zero, so the commits come right after the numbers it has.
        _numbers[segments.Length] = commits;
        return rest[(end + 1)..];
    }
}
