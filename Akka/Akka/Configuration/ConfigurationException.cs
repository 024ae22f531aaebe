using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration is missing, or its text cannot be understood.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }

    /// <summary>The error for a component that needs a section of the configuration and found none.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) => path is null
        ? new ConfigurationException($"Failed to instantiate {typeof(T).Name}: Configuration does not contain any value.")
        : new ConfigurationException($"Failed to instantiate {typeof(T).Name}: Configuration does not contain `{path}` node");
}
