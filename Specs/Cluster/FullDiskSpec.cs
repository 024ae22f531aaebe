using System.Text;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>A member whose disk is full goes on with what needs no room, and with all of it when there is some again.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class FullDiskSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(10);

    private readonly TempDir _dir = new();
    private readonly List<DiskFaults> _disks = [];
    private readonly List<MemberProcess> _members = [];

    /// <summary>What was acknowledged, by key.</summary>
    private readonly Dictionary<string, string> _acknowledged = [];

    private int _next;

    public void Dispose()
    {
        _disks.ForEach(static disk => disk.Dispose());
        _dir.Dispose();
    }

    [DiskFaultsFact]
    public Task Member_alone_refuses_writes_reads_on_and_goes_on_with_room() => WithMembersAsync(1, async () =>
    {
        MemberProcess member = _members[0];
        await PutAsync(member, 100);
        _disks[0].IsFull = true;
        await PutUntilRefusedAsync(member);

        Assert.True(_disks[0].RefusedWrites > 0);
        await ReadBackAsync(member, serializable: false);
        await ReadBackAsync(member, serializable: true);
        StatusResponse status = await Poll.UntilAsync<StatusResponse>(
            "the member to say how it is", Patience, async () => await CallAsync(member, EtcdMethods.Status, new StatusRequest()));
        Assert.Contains("no space left", Assert.Single(status.Errors), StringComparison.Ordinal);

        _disks[0].IsFull = false;
        await PutAsync(member, 100);
        await ReadBackAsync(member, serializable: false);

        // Full once more, and then the power fails: what was acknowledged is there.
        _disks[0].IsFull = true;
        await PutUntilRefusedAsync(member);
        await member.KillAsync();
        _disks[0].LoseUnsynced(LosingAll.Instance);
        _disks[0].Forget();
        await member.StartAndWaitAsync();
        await ReadBackAsync(member, serializable: false);
        await PutAsync(member, 10);
    });

    [DiskFaultsFact]
    public Task Full_leader_of_three_lets_another_lead_and_comes_back_by_itself() => WithMembersAsync(3, async () =>
    {
        await PutAsync(_members[0], 50);
        int full = await LeaderAsync(static _ => true);
        _disks[full].IsFull = true;
        await PutUntilRefusedAsync(_members[full]);
        int leader = await LeaderAsync(place => place != full);

        await PutAsync(_members[leader], 150);
        await ReadBackAsync(_members[leader], serializable: false);
        await Poll.UntilAsync<RangeResponse>(
            "the full member to answer a read", Patience, async () => await CallAsync(_members[full], EtcdMethods.Range, Read("key/0", serializable: true)));
        Assert.True(_members[full].IsRunning);

        _disks[full].IsFull = false;
        await PutAsync(_members[full], 20);
        await ReadBackAsync(_members[full], serializable: false);
        await Poll.UntilAsync("the members to agree", Patience, async () =>
        {
            var hashes = new List<HashKVResponse>();
            foreach (MemberProcess member in _members)
            {
                hashes.Add(await CallAsync(member, EtcdMethods.HashKV, new HashKVRequest()));
            }

            return hashes.TrueForAll(hash => (hash.Hash, hash.HashRevision) == (hashes[0].Hash, hashes[0].HashRevision));
        });
    });

    private static RangeRequest Read(string key, bool serializable) =>
        new() { Key = ByteString.CopyFromUtf8(key), Serializable = serializable };

    private static async Task<TResponse> CallAsync<TRequest, TResponse>(
        MemberProcess member, GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return await channel.UnaryAsync(method, request, CallWithin);
    }

    /// <summary>Small segments of the log and few entries between checkpoints, so that little fills them.</summary>
    private async Task WithMembersAsync(int count, Func<Task> body)
    {
        string hocon = Path.Combine(_dir.Path, "small.conf");
        await File.WriteAllTextAsync(hocon, "akka.persistence.journal.etcd-wal.segment-bytes = 65536", Encoding.UTF8);
        int[] peerPorts = [.. Enumerable.Range(0, count).Select(static _ => FreePorts.Next())];
        string initial = string.Join(',', peerPorts.Select(static (port, place) => $"m{place}=http://127.0.0.1:{port}"));
        for (int place = 0; place < count; place++)
        {
            string data = Path.Combine(_dir.Path, $"m{place}.etcd");
            _disks.Add(new DiskFaults(_dir.Path, $"m{place}", data));
            _members.Add(MemberProcess.Of(ServerKind.ActorEtcd, new MemberSettings
            {
                Name = $"m{place}",
                DataDir = data,
                ClientPort = FreePorts.Next(),
                PeerPort = peerPorts[place],
                InitialCluster = initial,
                Environment = _disks[place].Environment,
                ExtraArguments = ["--hocon-file", hocon, "--snapshot-count", "60"],
            }));
        }

        try
        {
            _members.ForEach(static member => member.Start());
            await Task.WhenAll(_members.Select(static member => member.WaitUntilReadyAsync()));
            await body();
        }
        catch (Exception failure)
        {
            string logs = string.Join('\n', _members.Select(static member => $"===== {member.Settings.Name}\n{member.LastWords}"));
            throw new InvalidOperationException($"{failure.Message}\n{logs}", failure);
        }
        finally
        {
            foreach (MemberProcess member in _members)
            {
                await member.DisposeAsync();
            }
        }
    }

    private async Task PutAsync(MemberProcess member, int count)
    {
        for (int end = _next + count; _next < end; _next++)
        {
            await Poll.UntilAsync($"put {_next} through {member.Settings.Name}", Patience, async () =>
            {
                await PutOneAsync(member);
                return true;
            });
        }
    }

    private async Task PutOneAsync(MemberProcess member)
    {
        string key = $"key/{_next % 200}";
        string value = $"{_next} {new string('v', 700)}";
        _acknowledged.Remove(key);
        await CallAsync(
            member,
            EtcdMethods.Put,
            new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) });
        _acknowledged[key] = value;
    }

    /// <summary>Writes until the member says that it has no room; others may time out before.</summary>
    private Task PutUntilRefusedAsync(MemberProcess member) => Poll.UntilAsync(
        $"{member.Settings.Name} to say that it has no room", Patience, async () =>
        {
            try
            {
                for (; ; _next++)
                {
                    await PutOneAsync(member);
                }
            }
            catch (GrpcCallException refusal) when (refusal.Code == StatusCode.ResourceExhausted)
            {
                Assert.Contains("database space exceeded", refusal.Detail, StringComparison.Ordinal);
                return true;
            }
        });

    private Task ReadBackAsync(MemberProcess member, bool serializable) => Poll.UntilAsync(
        $"{member.Settings.Name} to answer reads", Patience, async () =>
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            foreach ((string key, string value) in _acknowledged)
            {
                RangeResponse read = await channel.UnaryAsync(EtcdMethods.Range, Read(key, serializable), CallWithin);
                Assert.Equal(value, Assert.Single(read.Kvs).Value.ToStringUtf8());
            }

            return true;
        });

    private Task<int> LeaderAsync(Func<int, bool> isMeant)
    {
        int found = -1;
        return Poll.UntilAsync("a leader", Patience, async () =>
        {
            StatusResponse[] all = await Task.WhenAll(_members.Select(static member => CallAsync(member, EtcdMethods.Status, new StatusRequest())));
            found = Array.FindIndex(all, status => status.Header.MemberId == status.Leader);
            return found >= 0 && isMeant(found) && Array.TrueForAll(all, status => status.Leader == all[found].Header.MemberId);
        }).ContinueWith(task => task.IsCompletedSuccessfully ? found : throw task.Exception!.GetBaseException(), TaskScheduler.Default);
    }
}
