using Akka.Util.Reflection;

namespace Akka.Actor;

public abstract class SupervisorStrategyConfigurator
{
    protected SupervisorStrategyConfigurator()
    {
    }

    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName) => typeName switch
    {
        "Akka.Actor.DefaultSupervisorStrategy" => new DefaultSupervisorStrategy(),
        "Akka.Actor.StoppingSupervisorStrategy" => new StoppingSupervisorStrategy(),
        null or "" => throw new ConfigurationException("A supervisor strategy configurator needs a type name"),
        _ => (SupervisorStrategyConfigurator)Activator.CreateInstance(TypeCache.GetType(typeName)),
    };

    public abstract SupervisorStrategy Create();
}
