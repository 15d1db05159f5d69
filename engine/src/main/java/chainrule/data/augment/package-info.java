/**
 * Random changes of images that leave their class as it is, each a pure function of image and random stream.
 */
package chainrule.data.augment;
