using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorEtcd.Client;
using Xunit;

namespace ActorEtcd.Specs.Repo;

/// <summary>Who may know whom.</summary>
public sealed partial class DependencySpec
{
    /// <summary>Files below Actors that touch Akka and are no actors, each with the reason.</summary>
    private static readonly Dictionary<string, string> KnowAkka = new()
    {
        ["Actors/Apply/ApplyMessages.cs"] = "messages that carry an IActorRef",
        ["Actors/Client/Etcd.cs"] = "an extension of actor systems",
        ["Actors/Client/EtcdExtension.cs"] = "an extension of actor systems",
        ["Actors/Client/EtcdLease.cs"] = "a lease of Akka.Coordination",
        ["Actors/Client/EtcdServiceDiscovery.cs"] = "a method of Akka.Discovery",
        ["Actors/Client/EtcdConfig.cs"] = "reads HOCON into settings, once",
        ["Actors/Client/EtcdNode.cs"] = "the edge between tasks and actors",
        ["Actors/Client/GatewayMessages.cs"] = "messages that carry an IActorRef",
        ["Actors/Client/LostRequests.cs"] = "an IActorRef without an actor, which hears of dead letters",
        ["Actors/Client/NodeActors.cs"] = "a record of IActorRefs",
        ["Actors/Client/ReadBarrier.cs"] = "a waiting read that tells an actor when it is complete",
        ["Actors/Dispatch/Relay.cs"] = "threads of the dispatcher's executor",
        ["Actors/Dispatch/RelayExecutor.cs"] = "an executor of a dispatcher",
        ["Actors/Dispatch/RelayExecutorConfigurator.cs"] = "an executor of a dispatcher",
        ["Actors/Lease/PeerReply.cs"] = "a waiting request that tells an actor when it is complete",
        ["Actors/Client/EtcdNode.Members.cs"] = "the edge",
        ["Actors/Client/EtcdNode.V2.cs"] = "the edge",
        ["Actors/Members/PeerAddresses.cs"] = "member ids to addresses of Akka.Remote",
        ["Actors/Raft/FetchCheckpoint.cs"] = "a message that carries an IActorRef",
        ["Actors/Raft/IPeerDirectory.cs"] = "member ids to IActorRefs",
        ["Actors/Raft/RemotePeerDirectory.cs"] = "member ids to IActorRefs",
        ["Actors/Store/SegmentTransfer.cs"] = "the transfer under way and the IActorRef that waits for it",
        ["Actors/Watch/WatchMessages.cs"] = "messages that carry an IActorRef",
    };

    [Fact]
    public void Only_actors_and_listed_files_touch_akka()
    {
        string[] found =
        [
            .. Repository.Files("Actors", ".cs")
                .Where(file => !ActorFile().IsMatch(file) && !KnowAkka.ContainsKey(file) && Akka().IsMatch(Repository.Code(file)))
                .Select(file => $"{file}: decisions are plain C#; move what needs Akka into an actor"),
            .. KnowAkka.Keys
                .Where(file => !File.Exists(Path.Combine(Repository.Root, file)) || !Akka().IsMatch(Repository.Code(file)))
                .Select(file => $"{file}: does not touch Akka any more; take it from the list"),
        ];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void Actors_reference_nothing_but_akka()
    {
        XDocument project = XDocument.Parse(Repository.Read("Actors/Actors.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.All(
            project.Descendants("PackageReference"),
            package => Assert.Equal("all", package.Attribute("PrivateAssets")?.Value));
        Assert.All(
            typeof(EtcdNode).Assembly.GetReferencedAssemblies(),
            referenced => Assert.Matches("^(System|Akka)\\b", referenced.Name));
    }

    [Fact]
    public void Persistence_does_not_know_the_host() => Assert.DoesNotContain(
        typeof(ActorEtcd.Persistence.DataDir.DataDirectory).Assembly.GetReferencedAssemblies(),
        referenced => referenced.Name is "actor-etcd" or "Google.Protobuf" || referenced.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Packages_have_their_version_in_one_place()
    {
        string[] found =
        [
            .. Repository.Files(".", ".csproj").Where(file => PinnedInProject().IsMatch(Repository.Read(file))),
        ];
        Assert.Empty(found);
    }

    [GeneratedRegex(@"Actor(\.\w+)?\.cs$")]
    private static partial Regex ActorFile();

    [GeneratedRegex(@"\bAkka\.|\bIActorRef\b|\bActorSystem\b")]
    private static partial Regex Akka();

    [GeneratedRegex("<PackageReference [^>]*Version=")]
    private static partial Regex PinnedInProject();
}
