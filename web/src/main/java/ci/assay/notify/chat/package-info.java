/** Notifications to chat rooms and channels. Begin with {@link ci.assay.notify.chat.Chat}. */
@NullMarked
package ci.assay.notify.chat;

import org.jspecify.annotations.NullMarked;
