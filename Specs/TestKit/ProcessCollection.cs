using Xunit;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Specs that start server processes run one after the other, and not beside anything else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "Processes";
}
