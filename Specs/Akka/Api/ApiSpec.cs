using System.Reflection;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Api;

/// <summary>
/// The subset shows exactly the members that are approved here, and the genuine library has every one of them: what
/// compiles against the one compiles against the other.
/// </summary>
public class ApiSpec
{
    private static readonly bool IsSubset =
        typeof(ActorSystem).Assembly.GetReferencedAssemblies().All(name => name.Name != "Newtonsoft.Json");

    [Theory]
    [InlineData("Akka")]
    [InlineData("Akka.Remote")]
    [InlineData("Akka.Cluster")]
    [InlineData("Akka.Coordination")]
    [InlineData("Akka.Discovery")]
    [InlineData("Akka.Persistence")]
    [InlineData("Akka.Serialization.Hyperion")]
    [InlineData("Hyperion")]
    [InlineData("Akka.TestKit")]
    [InlineData("Akka.TestKit.Xunit2")]
    [InlineData("Akka.Remote.TestKit")]
    [InlineData("Akka.Cluster.TestKit")]
    [InlineData("Akka.MultiNode.TestAdapter")]
    public void Public_members_are_the_approved_ones(string assembly)
    {
        var actual = ApiSurface.Of(Assembly.Load(assembly));
        var approved = ReadApproved(assembly);
        var missing = approved.Except(actual).Select(line => "- " + line);
        var unapproved = IsSubset ? actual.Except(approved).Select(line => "+ " + line) : [];
        var differences = missing.Concat(unapproved).ToList();
        if (differences.Count == 0)
        {
            return;
        }

        var received = Path.Combine(AppContext.BaseDirectory, assembly + ".received.txt");
        File.WriteAllLines(received, actual);
        Assert.Fail($"{assembly} is not what Specs/Akka/Api/{assembly}.approved.txt says (all of it is in {received}):\n"
            + string.Join("\n", differences.Take(100)));
    }

    private static List<string> ReadApproved(string assembly)
    {
        using var stream = typeof(ApiSpec).Assembly.GetManifestResourceStream(assembly + ".approved.txt")
            ?? throw new InvalidOperationException($"{assembly}.approved.txt is not among the resources of the specs");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
