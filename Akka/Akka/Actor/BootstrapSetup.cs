namespace Akka.Actor;

public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<Config> fallback, Option<ProviderSelection> provider)
    {
        Config = config;
        ConfigFallback = fallback;
        ActorRefProvider = provider;
    }

    public Option<ProviderSelection> ActorRefProvider { get; }

    public Option<Config> Config { get; }

    internal Option<Config> ConfigFallback { get; }

    public static BootstrapSetup Create() =>
        new(Option<Config>.None, Option<Config>.None, Option<ProviderSelection>.None);

    public BootstrapSetup WithActorRefProvider(ProviderSelection name) =>
        new(Config, ConfigFallback, Option<ProviderSelection>.Create(name));

    public BootstrapSetup WithConfig(Config config) => new(Option<Config>.Create(config), ConfigFallback, ActorRefProvider);

    public BootstrapSetup WithConfigFallback(Config config) =>
        new(Config, Option<Config>.Create(ConfigFallback.HasValue ? ConfigFallback.Value.WithFallback(config) : config), ActorRefProvider);
}
