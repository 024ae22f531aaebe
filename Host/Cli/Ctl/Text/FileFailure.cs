namespace ActorEtcd.Host.Cli.Ctl.Text;

/// <summary>Why a file cannot be opened, in the system's words instead of the runtime's.</summary>
internal static class FileFailure
{
    public static string Of(Exception failure, string path) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"open {path}: no such file or directory",
        UnauthorizedAccessException => Directory.Exists(path) ? $"open {path}: is a directory" : $"open {path}: permission denied",
        _ => $"open {path}: {failure.Message}",
    };
}
