using Xunit;

namespace ActorEtcd.Specs.Clients;

/// <summary>A spec that drives a client library, skipped where the library is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    public ClientFactAttribute(ClientLibrary library)
    {
        if (ClientScript.Of(library).Missing is { } missing)
        {
            Skip = $"{missing} is not there; ./test.sh installs it, when the registries can be reached";
        }
    }
}
