namespace Akka.Remote;

/// <summary>Makes the failure detector that the configuration names.</summary>
[InternalApi]
public static class FailureDetectorLoader
{
    public static FailureDetector Load(string fqcn, Config config, ActorSystem system)
    {
        var type = Type.GetType(fqcn)
            ?? throw new ConfigurationException($"Could not find the failure detector class [{fqcn}]");
        return (FailureDetector)Activator.CreateInstance(type, config, system.EventStream);
    }

    public static FailureDetector LoadFailureDetector(this IActorContext context, string fqcn, Config config) =>
        Load(fqcn, config, context.System);
}
