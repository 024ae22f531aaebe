using System.Text.RegularExpressions;

namespace ActorEtcd.Specs.Repo;

/// <summary>The sources that these specs were built from.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with slashes; what a build makes is left out.</summary>
    public static IEnumerable<string> Files(string folder, string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !Generated().IsMatch(file))
            .Order(StringComparer.Ordinal);

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>The text without comments and without the inside of ordinary string literals.</summary>
    public static string Code(string file) => Comment().Replace(Literal().Replace(Read(file), "\"\""), string.Empty);

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at != null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ActorEtcd.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no ActorEtcd.sln above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("(^|/)(bin|obj|TestResults)/")]
    private static partial Regex Generated();

    [GeneratedRegex("\"([^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
