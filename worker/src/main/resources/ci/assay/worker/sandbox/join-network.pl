# join-network.pl READY PROCESS becomes slirp4netns, which connects the network of a process to the world and
# writes to the file READY when it has. Of a normal user that network belongs to a namespace of users which is not
# the one that the process is in: bubblewrap goes on into a further one. So it is asked to whom it belongs.
use strict;
use warnings;

my ($ready, $process) = @ARGV;
my $get_owner = 0xb701; # NS_GET_USERNS, ioctl_ns(2)
my @way = ($process);

$^F = 255; # what is opened from here on stays open in slirp4netns
open(my $done, '>', $ready) or die "$ready: $!\n";
my $network = "/proc/$process/ns/net";
open(my $net, '<', $network) or die "$network: $!\n";
my $owner = ioctl($net, $get_owner, 0);
if (defined $owner) {
    open(my $users, '<&=', $owner + 0) or die "the namespace of users: $!\n";
    if ((stat $users)[1] != (stat '/proc/self/ns/user')[1]) {
        open(my $kept, '<&', $users) or die "the namespace of users: $!\n"; # a copy that stays open
        @way = ('--userns-path=/proc/self/fd/' . fileno($kept), '--netns-type=path', $network);
        become();
    }
}
become();

sub become {
    my @options = ('--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=' . fileno($done));
    exec('slirp4netns', @options, @way, 'tap0') or die "slirp4netns: $!\n";
}
