namespace ActorEtcd.Host.Config;

/// <summary>The configuration is wrong; the message is one line that says what and where.</summary>
/// <param name="exitCode">2 for a command line that cannot be read, as etcd ends then.</param>
public class ConfigException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>The exit code of etcd when its command line cannot be read.</summary>
    public const int Unreadable = 2;

    public int ExitCode => exitCode;
}
