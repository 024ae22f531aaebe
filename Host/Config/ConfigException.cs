namespace ActorEtcd.Host.Config;

/// <summary>The configuration is wrong; the message is one line that says what and where.</summary>
public sealed class ConfigException(string message) : Exception(message);
