using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Creates the strategy that the configuration names.</summary>
public interface IStashOverflowStrategyConfigurator
{
    IStashOverflowStrategy Create(Config config);
}
