namespace Akka.Configuration;

public static class ConfigExtensions
{
    public static bool IsNullOrEmpty(this Config? config) => config is null || config.IsEmpty;

    /// <summary>As <see cref="Config.WithFallback"/>, for a configuration that may be absent or its own fallback.</summary>
    public static Config SafeWithFallback(this Config? config, Config fallback)
    {
        if (config is null)
        {
            return fallback;
        }

        return ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
    }
}
