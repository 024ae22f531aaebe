using Akka.Configuration;

namespace ActorEtcd.Host.Config;

/// <summary>Settings of the actor system in a file of the operator's own.</summary>
internal static class HoconFile
{
    /// <summary>The text of the file, once it is sure that it can be read; null without a file.</summary>
    /// <exception cref="ConfigException">The file is missing or is no HOCON.</exception>
    public static string? Read(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(path);
            ConfigurationFactory.ParseString(text);
            return text;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"open {path}: no such file or directory");
        }
        catch (Exception error)
        {
            // The reader of HOCON has exceptions of its own, which are not public.
            throw new ConfigException($"--hocon-file {path}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}
