using System.Globalization;
using System.Text;

namespace ActorEtcd.Persistence.DataDir;

/// <summary>
/// The file that says that the member's log was lost: the number of the directory to which what is left of it goes, and why.
/// As long as it is there, the member is no voter; a content that cannot be read says so too.
/// </summary>
internal static class LostLogFile
{
    private const string FileName = "lost-log";

    public static bool Exists(string directory) => File.Exists(PathIn(directory));

    public static string AsideName(int number) => string.Create(CultureInfo.InvariantCulture, $"damaged-{number}");

    public static void Write(string directory, int number, string reason) => DurableFiles.Replace(
        PathIn(directory), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n{reason}\n")));

    /// <summary>The number, or null when there is no such file or it is unreadable.</summary>
    public static int? Read(string directory)
    {
        if (!Exists(directory))
        {
            return null;
        }

        var line = File.ReadLines(PathIn(directory)).FirstOrDefault();
        return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }

    public static void Delete(string directory) => DurableFiles.Delete(PathIn(directory));

    private static string PathIn(string directory) => Path.Combine(directory, FileName);
}
